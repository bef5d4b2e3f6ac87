import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { minVersion, satisfies, valid } from 'semver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { config_keys, defaultConfig, environmentName } from '../app/config/settings.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const text = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8');
const instructions = DockerfileParser.parse(text).getInstructions();

const manifest = z
  .object({
    engines: z.object({ node: z.string() }),
    bin: z.object({ flywheel: z.string() }),
    scripts: z.object({ prepare: z.string() }),
    dependencies: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

const wordsOf = (instruction: Instruction): readonly string[] =>
  instruction.getArguments().map((argument) => argument.getValue());
const named = (keyword: string, from: readonly Instruction[] = instructions): readonly Instruction[] =>
  from.filter((instruction) => instruction.getKeyword() === keyword);
const jsonOf = (instruction: Instruction | undefined): readonly string[] =>
  z.array(z.string()).parse(JSON.parse(/\[.*\]/s.exec(instruction?.getRawArgumentsContent() ?? '')?.[0] ?? 'null'));

/** Instructions of the stage that becomes the image. */
const last = instructions.slice(instructions.findLastIndex((one) => one.getKeyword() === 'FROM'));
/** What is copied from the sources, and where to. */
const copied = named('COPY', last)
  .filter((instruction) => !/^COPY --from/.test(instruction.getTextContent()))
  .flatMap((instruction) => {
    const words = wordsOf(instruction);
    const to = words.at(-1) ?? '';
    return words.slice(0, -1).map((from) => [from, to === './' ? from : to] as const);
  });
const ignored = readFileSync(join(root, 'deploy/Dockerfile.dockerignore'), 'utf8').split('\n');

const environment = Object.fromEntries(
  named('ENV', last).flatMap((instruction) => wordsOf(instruction).map((pair) => pair.split('=') as [string, string])),
);

const image = mkdtempSync(join(tmpdir(), 'flywheel-image-'));
afterAll(() => rmSync(image, { recursive: true, force: true }));

const left_out = /(\.test\.tsx?|\.contract\.ts)$|\/(node_modules|dist)(\/|$)/;

/** The image's folder as its COPY instructions make it. */
beforeAll(() => {
  for (const [from, to] of copied)
    cpSync(join(root, from), join(image, to), { recursive: true, filter: (path) => !left_out.test(path) });
  symlinkSync(join(root, 'node_modules'), join(image, 'node_modules'));
  mkdirSync(join(image, 'app/dashboard/dist'), { recursive: true });
});

/** Files that a program of the image loads, with the packages that they ask for. */
function loadedFrom(...programs: readonly string[]): { readonly files: Set<string>; readonly packages: Set<string> } {
  const [files, packages] = [new Set<string>(), new Set<string>()];
  const builtin = new Set(builtinModules);
  const visit = (file: string): void => {
    if (files.has(file)) return;
    files.add(file);
    const text = readFileSync(file, 'utf8');
    // Workers and programs of their own are named by address.
    for (const [, name = ''] of text.matchAll(/(?:from|import\(|new URL\()\s*'([^']+)'/g)) {
      const path = join(file, '..', name);
      if (/\.[jt]s$/.test(name) && (name.startsWith('.') || existsSync(path))) visit(path);
      else if (!name.startsWith('node:') && !builtin.has(name) && /^[@a-z]/.test(name))
        packages.add(
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        );
    }
  };
  for (const program of programs) visit(join(image, program));
  return { files, packages };
}

describe('the image', () => {
  it('is built on one pinned version of Node that package.json allows', () => {
    const versions = named('FROM').map((one) => wordsOf(one)[0] ?? '');
    expect(new Set(versions).size).toBe(1);
    const [, version = ''] = /^node:([\d.]+)-bookworm-slim$/.exec(versions[0] ?? '') ?? [];
    expect(valid(version)).toBe(version);
    expect(satisfies(version, manifest.engines.node)).toBe(true);
    expect(minVersion(manifest.engines.node)).not.toBeNull();
  });

  it('copies files that exist and that the builder is given', () => {
    expect(copied.length).toBeGreaterThan(10);
    for (const [from] of copied) {
      expect(existsSync(join(root, from)), from).toBe(true);
      expect(ignored).not.toContain(from);
    }
    for (const pattern of ['.git', '**/node_modules', '**/*.test.ts', 'data']) expect(ignored).toContain(pattern);
  });

  it('has all that its programs load, and needs no more packages than package.json says it runs on', () => {
    const { files, packages } = loadedFrom(
      manifest.bin.flywheel,
      'flywheel.ts',
      'bin/producer.js',
      'app/producer/index.ts',
    );
    expect(files.size).toBeGreaterThan(200);
    expect(packages.size).toBeGreaterThan(10);
    expect([...packages].filter((name) => manifest.dependencies[name] === undefined)).toEqual([]);
    const folders = new Set([...files].map((file) => relative(image, file).split('/')[0] ?? ''));
    // What nothing loads has no place in it.
    expect(copied.map(([from]) => from).filter((from) => !folders.has(from) && !/package|LICENSE/.test(from))).toEqual(
      [],
    );
  });

  it('starts from those files alone, not on the sources beside them', { timeout: 60_000 }, async () => {
    const entry = jsonOf(named('ENTRYPOINT', last)[0]);
    expect(entry).toEqual(['node', manifest.bin.flywheel]);
    const command = jsonOf(named('CMD', last).find((one) => /^\["start/.test(one.getRawArgumentsContent() ?? '')));
    const options = { cwd: image, env: { PATH: process.env['PATH'] ?? '' } };
    const { stdout } = await run(process.execPath, [...entry.slice(1), ...command, '--help'], options);
    expect(stdout).toContain('flywheel start');
    const topology = await run(process.execPath, [...entry.slice(1), 'topology', '--json'], options);
    expect(topology.stdout).toContain('auto-promoter');
  });

  it('runs as another than root, and writes in /data alone', () => {
    const user = last.findLastIndex((one) => one.getKeyword() === 'USER');
    const start = last.findIndex((one) => one.getKeyword() === 'ENTRYPOINT');
    expect(wordsOf(last[user] as Instruction)).toEqual(['node']);
    expect(user).toBeGreaterThan(-1);
    expect(user).toBeLessThan(start);
    expect(named('VOLUME', last).map(wordsOf)).toEqual([['/data']]);
    expect(environment).toMatchObject({ FLYWHEEL_DATA_FOLDER: '/data', FLYWHEEL_HOST: 'container' });
    const names = config_keys.map(environmentName);
    for (const name of Object.keys(environment)) if (name.startsWith('FLYWHEEL_')) expect(names).toContain(name);
  });

  it('says whether it is well at a path and port that the gateway serves, as Compose asks it', () => {
    const [port] = wordsOf(named('EXPOSE', last)[0] as Instruction);
    expect(Number(port)).toBe(defaultConfig.port);
    const check = jsonOf(named('HEALTHCHECK', last)[0]);
    const [, url = ''] = /fetch\('([^']+)'\)/.exec(check.join(' ')) ?? [];
    expect(url).toBe(`http://127.0.0.1:${defaultConfig.port}/healthz`);
    expect(readFileSync(join(root, 'app/gateway/operators.ts'), 'utf8')).toContain(
      `app.get('${new URL(url).pathname}'`,
    );
    const compose = z
      .object({ services: z.object({ flywheel: z.object({ healthcheck: z.object({ test: z.array(z.string()) }) }) }) })
      .parse(parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }));
    expect(compose.services.flywheel.healthcheck.test.slice(1)).toEqual(check);
  });

  it('bundles the page as package.json does, and takes no package that only tests need', () => {
    const ran = named('RUN').map((one) => one.getRawArgumentsContent() ?? '');
    expect(ran).toContain(`npx ${manifest.scripts.prepare}`);
    expect(ran.some((command) => command.startsWith('npm install --omit=dev --ignore-scripts'))).toBe(true);
  });
});
