/** docs/add-a-loop.md, done letter by letter on a copy of the project. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'flywheel-loop-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What the loop and its test are made with. */
const needed = [
  'topology', 'schemas', 'learning', 'policy', 'processors', 'engine', 'ports', 'testing/options.ts', 'testing/snapshot.ts',
]; // prettier-ignore
const settings = ['package.json', 'tsconfig.base.json', 'vitest.config.ts'];

interface Block {
  readonly language: string;
  /** The file that it is, or belongs into; of commands none. */
  readonly file: string;
  readonly text: string;
}

const blocks: readonly Block[] = [
  ...readFileSync(join(root, 'docs/add-a-loop.md'), 'utf8').matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm),
].map(([, language = '', file = '', text = '']) => ({ language, file, text }));

/** Puts the lines with a plus behind the line above them, which must stand in the file once. */
function edited(file: string, diff: string): string {
  let text = readFileSync(join(copy, file), 'utf8');
  let place = '';
  for (const line of diff.trimEnd().split('\n')) {
    const content = line.slice(1);
    if (line.startsWith('+')) {
      const parts = text.split(`${place}\n`);
      expect({ file, place, found: parts.length - 1 }).toEqual({ file, place, found: 1 });
      text = parts.join(`${place}\n${content}\n`);
    }
    place = content;
  }
  return text;
}

/** Runs a program in the copy. @throws Error with what it said */
async function run(...argv: readonly string[]): Promise<void> {
  const options = { cwd: copy, env: { ...process.env, NO_COLOR: '1' } };
  await promisify(execFile)(process.execPath, argv, options).catch((error: { readonly stdout?: string }) => {
    throw new Error(`${argv.join(' ')}\n${error.stdout ?? String(error)}`);
  });
}

beforeAll(async () => {
  for (const folder of needed) cpSync(join(root, folder), join(copy, folder), { recursive: true });
  for (const file of settings) cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const { language, file, text } of blocks) {
    if (file === '') continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), language === 'diff' ? edited(file, text) : text);
  }
  await run('--import', 'tsx', 'schemas/generate.ts');
}, 60_000);

/** What the compiler says of files of the copy, under the project's own options. */
function complaints(files: readonly string[]): readonly string[] {
  const { config } = ts.readConfigFile(join(copy, 'tsconfig.base.json'), ts.sys.readFile) as { config: object };
  const given: unknown = Reflect.get(config, 'compilerOptions');
  const alone = { composite: false, incremental: false, declaration: false, emitDeclarationOnly: false };
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...Object(given), ...alone, noEmit: true, types: ['node'] },
    copy,
  );
  const program = ts.createProgram(
    files.map((file) => join(copy, file)),
    options,
  );
  return files
    .flatMap((file) => {
      const source = program.getSourceFile(join(copy, file));
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    })
    .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

it('compiles, with the list of all loops', { timeout: 60_000 }, () => {
  const written = blocks.map(({ file }) => file).filter((file) => file.endsWith('.ts'));
  expect(written).toContain('processors/spend-watch/decide.ts');
  expect(complaints(written)).toEqual([]);
  const wiring = 'processors/spend-watch/wiring.ts';
  const text = readFileSync(join(copy, wiring), 'utf8');
  writeFileSync(join(copy, wiring), text.replace('emits: [spendJumped]', 'emits: []'));
  expect(complaints(['processors/spend-watch/decide.ts'])).not.toEqual([]);
  writeFileSync(join(copy, wiring), text);
});

it('decides as its test says', { timeout: 60_000 }, async () => {
  expect(blocks.filter(({ language }) => language === 'sh').map(({ text }) => text)).toEqual([
    'npm run -s generate\n',
    'npx vitest run processors/spend-watch\nnpm run -s docs\n',
  ]);
  await run('node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'processors/spend-watch');
});
