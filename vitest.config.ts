import { defineConfig } from 'vitest/config';

/** Tests that need a broker and a Redis, which are started once for all of them. */
const on_servers = [
  'engine/kafka/**/*.int.test.ts',
  'engine/kafka/**/*.fault.test.ts',
  'proofs/faults/kafka/**/*.fault.test.ts',
  '**/*.kafka.*.test.ts',
];

/** Levels by file name; heavier ones get more time. Workers are processes: LMDB and chDB are native. */
const level = (
  name: string,
  testTimeout: number,
): {
  extends: true;
  test: { name: string; include: string[]; exclude: string[]; testTimeout: number; hookTimeout: number };
} => ({
  extends: true,
  test: {
    name,
    include: [`**/*.${name}.test.ts`],
    exclude: [...ignored, ...on_servers],
    testTimeout,
    hookTimeout: testTimeout,
  },
});

const ignored = ['node_modules/**', '.tsbuild/**', '**/dist/**'];

export default defineConfig({
  test: {
    pool: 'forks',
    // All cores: by itself vitest leaves one out, which is half of a machine that has two.
    maxWorkers: '100%',
    exclude: ignored,
    reporters: ['default'],
    projects: [
      { ...level('unit', 20_000), test: { ...level('unit', 20_000).test, isolate: false } },
      level('type', 60_000),
      level('int', 60_000),
      level('fault', 180_000),
      {
        ...level('browser', 120_000),
        test: { ...level('browser', 120_000).test, globalSetup: ['app/dashboard/testing/built.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'kafka',
          include: on_servers,
          globalSetup: ['testing/services/shared.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
