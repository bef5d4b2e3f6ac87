/**
 * The mistakes that the processor type refuses, planted. The compiler checks this file with the project (an
 * `@ts-expect-error` over code that compiles is itself an error); the test below compiles it without those marks and
 * shows that each mistake is refused, and nothing else.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { everyKey, processor, wire, type Decide } from './processor.ts';
import { table, topic } from './topic.ts';

const common = {
  version: 1,
  retention: { keep_ms: 'forever', compactBy: [] },
  description: 'for tests',
  check: () => undefined,
} as const;
const clicked = topic<{ readonly account_id: string; readonly ad_id: string; readonly clicks: number }>()({
  ...common,
  name: 'test.clicked',
  partitionKey: 'account_id',
});
const grouped = topic<{ readonly account_id: string; readonly niche: string }>()({
  ...common,
  name: 'test.grouped',
  partitionKey: 'niche',
});
const hour = topic<{ readonly hour_ms: number }>()({ ...common, name: 'test.hour', partitionKey: null });
const counted = topic<{ readonly account_id: string; readonly total: number }>()({
  ...common,
  name: 'test.counted',
  partitionKey: 'account_id',
});
const totals = table({ name: 'totals', description: 'for tests', of: counted, orderBy: ['account_id'] });
const others = table({ name: 'others', description: 'for tests', of: counted, orderBy: ['account_id'] });

const initial = (): { readonly total: number } => ({ total: 0 });
const base = {
  group: 'test',
  description: 'for tests',
  partitionBy: 'account_id',
  reads: [clicked, hour],
  emits: [counted],
  writes: [totals],
  state: { version: 1, initial },
} as const;

/** What is right compiles, beside all that is wrong. */
export const wiring = wire({ ...base, stateKey: { 'test.clicked': (event) => event.ad_id, 'test.hour': everyKey } });
export const right: Decide<typeof wiring> = {
  'test.clicked': (state, event) => ({
    state: { total: state.total + event.clicks },
    emit: [counted.event({ account_id: event.account_id, total: state.total })],
    write: [totals.row({ account_id: event.account_id, total: state.total })],
  }),
  'test.hour': (state) => ({ state }),
};
export const silent = wire({
  ...base,
  emits: [],
  stateKey: { 'test.clicked': (event) => event.ad_id, 'test.hour': everyKey },
});
const keepHour = (state: { readonly total: number }): { readonly state: { readonly total: number } } => ({ state });

export const mixedKeys = wire({
  ...base,
  // @ts-expect-error 1: a topic keyed by something else
  reads: [clicked, grouped],
  stateKey: { 'test.clicked': () => '', 'test.grouped': () => '' },
});
export const missingStateKey = wire({
  ...base,
  // @ts-expect-error 2: nothing says which state an hour belongs to
  stateKey: { 'test.clicked': (event) => event.ad_id },
});
export const surplusStateKey = wire({
  ...base,
  // @ts-expect-error 3: a state key for a topic that is not read
  stateKey: { 'test.clicked': (event) => event.ad_id, 'test.hour': everyKey, 'test.counted': () => '' },
});
// @ts-expect-error 4: no handler for the hour
export const missingHandler: Decide<typeof wiring> = { 'test.clicked': (state) => ({ state }) };
export const surplusHandler: Decide<typeof wiring> = {
  'test.clicked': (state) => ({ state }),
  'test.hour': keepHour,
  // @ts-expect-error 5: a handler for a topic that is not read
  'test.counted': keepHour,
};
export const unknownField: Decide<typeof wiring> = {
  // @ts-expect-error 6: the event has no such field
  'test.clicked': (state, event) => ({ state: { total: state.total + event.impressions } }),
  'test.hour': keepHour,
};
export const undeclaredEmit: Decide<typeof wiring> = {
  // @ts-expect-error 7: emits a topic that it does not declare
  'test.clicked': (state, event) => ({ state, emit: [clicked.event(event)] }),
  'test.hour': keepHour,
};
export const undeclaredTable: Decide<typeof wiring> = {
  // @ts-expect-error 8: writes a table that it does not declare
  'test.clicked': (state) => ({ state, write: [others.row({ account_id: 'a', total: 1 })] }),
  'test.hour': keepHour,
};
export const emitsNothing: Decide<typeof silent> = {
  // @ts-expect-error 9: declares that it emits nothing
  'test.clicked': (state) => ({ state, emit: [counted.event({ account_id: 'a', total: 1 })] }),
  'test.hour': keepHour,
};
export const wrongPayload: Decide<typeof wiring> = {
  // @ts-expect-error 10: an event without its total
  'test.clicked': (state) => ({ state, emit: [counted.event({ account_id: 'a' })] }),
  'test.hour': keepHour,
};
export const wrongState: Decide<typeof wiring> = {
  // @ts-expect-error 11: another shape than the initial state
  'test.clicked': (state) => ({ state: { sum: state.total } }),
  'test.hour': keepHour,
};
export const whole = processor(wiring, right);

const path = fileURLToPath(import.meta.url);
const mark = /@ts-expect-error (?=\d+:)/;

/** Numbers of the lines with an error when the marks are gone; the mistake stands on the line below its mark. */
function refusedLines(source: string): readonly number[] {
  const { config }: { config?: unknown } = ts.readConfigFile('tsconfig.json', (file) => ts.sys.readFile(file));
  const parsed = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const options = { ...parsed.options, noEmit: true, composite: false, incremental: false, emitDeclarationOnly: false };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, language, ...rest) =>
    file === path ? ts.createSourceFile(file, source, language) : read(file, language, ...rest);
  const program = ts.createProgram([path], options, host);
  const found = program.getSemanticDiagnostics(program.getSourceFile(path));
  return found.map(({ file, start }) => (file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0) + 1);
}

describe('the processor type', () => {
  it('refuses each of the eleven planted mistakes, and nothing that is right', { timeout: 120_000 }, () => {
    const lines = readFileSync(path, 'utf8').split('\n');
    const planted = lines.flatMap((line, at) => (mark.test(line) && line.trim().startsWith('//') ? [at + 2] : []));
    const refused = refusedLines(lines.map((line) => line.replace(mark, '')).join('\n'));
    expect(planted).toHaveLength(11);
    expect([...new Set(refused)]).toEqual(planted);
  });
});
