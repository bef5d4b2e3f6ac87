/** The page as it is built from its sources now, in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

export interface Built {
  readonly folder: string;
  remove(): Promise<void>;
}

export async function buildPage(): Promise<Built> {
  const folder = await mkdtemp(join(tmpdir(), 'flywheel-page-'));
  const before = process.env['NODE_ENV'];
  // As it is shipped: in a test runner's environment it would be React's build for developers.
  process.env['NODE_ENV'] = 'production';
  try {
    await build({
      configFile: join(import.meta.dirname, '../vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: folder, emptyOutDir: true },
    });
  } finally {
    process.env['NODE_ENV'] = before;
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
