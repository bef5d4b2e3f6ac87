import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { knows, type House } from './eslint.config.js';

/** Lints by the house's rules what would be written at a path; the file need not exist. */
let rulesBroken: (file: string, code: string) => Promise<readonly string[]>;

beforeAll(() => {
  // The rules that need types look into files of the project; they are not what is tested here.
  const noTypes = { files: ['**/*.ts'], languageOptions: { parserOptions: { project: null } } };
  const untyped = ['no-floating-promises', 'no-misused-promises', 'await-thenable'];
  const off = Object.fromEntries(untyped.map((name) => [`@typescript-eslint/${name}`, 'off' as const]));
  const eslint = new ESLint({ cwd: import.meta.dirname, overrideConfig: { ...noTypes, rules: off } });
  rulesBroken = async (file, code) => {
    const [result] = await eslint.lintText(`${code}\n`, { filePath: file });
    return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId ?? 'none'}: ${message}`);
  };
});

const houses = Object.keys(knows) as House[];
const forbidden = houses.flatMap((from) =>
  houses.filter((to) => to !== from && !knows[from].includes(to)).map((to) => [from, to] as const),
);
const allowed = houses.flatMap((from) => knows[from].map((to) => [from, to] as const));

describe('dependencies point one way', () => {
  it.each(forbidden)('%s/ may not import from %s/, at any depth, for values or types', async (from, to) => {
    for (const code of [
      `import { x } from '../${to}/x.ts';\nx();`,
      `export type { X } from '../${to}/deep/x.ts';`,
      `import type { X } from '../../${to}/x.ts';\nexport const y = (x: X): X => x;`,
    ]) {
      const file = code.includes("'../../") ? `${from}/inner/planted.ts` : `${from}/planted.ts`;
      expect(await rulesBroken(file, code)).toEqual([expect.stringContaining(`${from}/ may not import from ${to}/`)]);
    }
  });

  it.each(allowed)('%s/ may import from %s/', async (from, to) => {
    const code = `import { x } from '../${to}/x.ts';\nx();`;
    expect(await rulesBroken(`${from}/planted.ts`, code)).toEqual([]);
  });

  it('a caller may know the ports that it asks, not who answers there', async () => {
    const importing = (path: string): string =>
      `import type { X } from '../../ports/${path}';\nexport const y = (x: X): X => x;`;
    const file = 'processors/inner/planted.ts';
    expect(await rulesBroken(file, importing('trainer/port.ts'))).toEqual([]);
    for (const other of ['trainer/xgboost/xgboost.ts', 'trainer/xgboost/export.ts', 'port.ts'])
      expect(await rulesBroken(file, importing(other)), other).toEqual([
        expect.stringContaining('may not import from ports/'),
      ]);
    expect(await rulesBroken('learning/inner/planted.ts', importing('trainer/port.ts'))).toHaveLength(1);
  });

  it('nothing that decides may know what runs it', () => {
    for (const house of ['processors', 'learning', 'policy', 'schemas', 'topology'] as const)
      for (const outer of ['engine', 'ports', 'app']) expect(knows[house]).not.toContain(outer);
    expect(knows.engine).not.toContain('processors');
  });
});

describe('what decides is pure', () => {
  const planted: readonly (readonly [what: string, code: string])[] = [
    ['the clock', 'export const now = (): number => Date.now();'],
    ['a new date', 'export const now = (): unknown => new Date();'],
    ['chance', 'export const draw = (): number => Math.random();'],
    ['files', "import { readFileSync } from 'node:fs';\nreadFileSync('x');"],
    ['the environment', 'export const home = (): unknown => process.env;'],
    ['the network', "export const ask = (): unknown => fetch('http://127.0.0.1');"],
    ['a timer', 'export const later = (): unknown => setTimeout(() => undefined, 1);'],
    ['a stopwatch', 'export const tick = (): number => performance.now();'],
    ['output', "export const say = (): void => console.log('x');"],
    ['the global object', 'export const all = (): unknown => globalThis;'],
  ];
  const pure = ['processors', 'learning', 'policy', 'topology'] as const;
  it.each(pure.flatMap((house) => planted.map(([what, code]) => [house, what, code] as const)))(
    '%s/ may not use %s',
    async (house, _what, code) => {
      expect(await rulesBroken(`${house}/planted.ts`, code)).toEqual([expect.stringMatching(/^no-restricted-/)]);
    },
  );

  it('the engine may look at the clock', async () => {
    expect(await rulesBroken('engine/planted.ts', 'export const now = (): number => Date.now();')).toEqual([]);
  });
});

describe('stores stay behind their ports', () => {
  it.each([
    ['lmdb', 'app/planted.ts', 'engine/embedded/planted.ts'],
    ['kafkajs', 'app/planted.ts', 'engine/kafka/planted.ts'],
    ['ioredis', 'app/planted.ts', 'engine/kafka/planted.ts'],
    ['chdb', 'engine/planted.ts', 'ports/analytics/planted.ts'],
    ['@qdrant/js-client-rest', 'app/planted.ts', 'ports/vectors/qdrant/planted.ts'],
  ])('%s is refused in %s and taken in %s', async (name, outside, inside) => {
    const code = `import { x } from '${name}';\nx();`;
    expect(await rulesBroken(outside, code)).toEqual([expect.stringContaining('no-restricted-syntax')]);
    expect(await rulesBroken(inside, code)).toEqual([]);
  });
});
