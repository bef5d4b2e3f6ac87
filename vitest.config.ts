import { defineConfig } from 'vitest/config';

/** Levels by file name; heavier ones get more time. Workers are processes: LMDB and chDB are native. */
const level = (
  name: string,
  testTimeout: number,
): { extends: true; test: { name: string; include: string[]; testTimeout: number; hookTimeout: number } } => ({
  extends: true,
  test: { name, include: [`**/*.${name}.test.ts`], testTimeout, hookTimeout: testTimeout },
});

export default defineConfig({
  test: {
    pool: 'forks',
    // All cores: by itself vitest leaves one out, which is half of a machine that has two.
    maxWorkers: '100%',
    exclude: ['node_modules/**', '.tsbuild/**', '**/dist/**'],
    reporters: ['default'],
    projects: [
      level('unit', 20_000),
      level('type', 60_000),
      level('int', 60_000),
      level('fault', 180_000),
      level('browser', 120_000),
    ],
  },
});
