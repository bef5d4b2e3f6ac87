/**
 * The worker as one file. A run starts hundreds of them, and each would read and translate all modules of the engine by
 * itself: 1.6 s of processor time, of which .4 s remain.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Packages stay outside and are found from here. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url));

let made: Promise<string> | undefined;

/** The file, made once and removed when this process exits. */
export const bundledWorker = (): Promise<string> => (made ??= make());

async function make(): Promise<string> {
  const folder = join(cache, `faults-${randomUUID()}`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    envFile: false,
    logLevel: 'error',
    ssr: { target: 'node' },
    build: {
      ssr: worker,
      outDir: folder,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
  });
  return join(folder, 'worker.mjs');
}
