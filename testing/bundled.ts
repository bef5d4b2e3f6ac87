/**
 * A program of a test as one file. Runs that are killed start it tens or hundreds of times, and each would read and
 * translate all modules by itself: 1.6 s of processor time for an engine, of which .4 s remain.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Packages stay outside and are found from here. */
const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url));

const made = new Map<string, Promise<string>>();

/** The file of a program (`path` of its TypeScript), made once and removed when this process exits. */
export function bundled(path: string): Promise<string> {
  const known = made.get(path) ?? make(path);
  made.set(path, known);
  return known;
}

async function make(path: string): Promise<string> {
  const folder = join(cache, `bundled-${randomUUID()}`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await build({
    configFile: false,
    envFile: false,
    logLevel: 'error',
    ssr: { target: 'node' },
    build: {
      ssr: path,
      outDir: folder,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'program.mjs' } },
    },
  });
  return join(folder, 'program.mjs');
}
