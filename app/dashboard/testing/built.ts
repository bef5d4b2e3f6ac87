/** The page as it is built from its sources now: once for all browser tests of a run. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

const variable = 'TEST_PAGE';

/** vitest calls it before the first browser test, and what it gives back after the last. */
export async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-page-'));
  const before = process.env['NODE_ENV'];
  // As it is shipped: in a test runner's environment it would be React's build for developers.
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: join(import.meta.dirname, '../vite.config.ts'),
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true },
    });
  } finally {
    process.env['NODE_ENV'] = before;
  }
  // Test processes are started after this, with this environment.
  process.env[variable] = folder;
  return () => rm(folder, { recursive: true, force: true });
}

/** Where the built page is. */
export function pageFolder(): string {
  const folder = process.env[variable];
  if (folder === undefined) throw new Error('the page is not built: run this test in the project `browser`');
  return folder;
}
