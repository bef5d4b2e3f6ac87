/** Builds the page into `dist/`, which the gateway serves. While developing, `/api` is a running Flywheel's. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** What a browser loads to show the first view may be at most this large, compressed. */
const most_bytes = 200_000;

/** Writes each asset compressed beside it, once instead of at each request, and holds the limit of the first load. */
const compressed = (): Plugin => {
  let folder = '';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = join(build.outDir.startsWith('/') ? '' : root, build.outDir, 'assets');
    },
    closeBundle: async () => {
      let first_load = 0;
      for (const name of await readdir(folder)) {
        const content = await readFile(join(folder, name));
        const [smaller, usual] = await Promise.all([promisify(brotliCompress)(content), promisify(gzip)(content)]);
        await writeFile(join(folder, `${name}.br`), smaller);
        await writeFile(join(folder, `${name}.gz`), usual);
        if (name.startsWith('index')) first_load += usual.length;
      }
      if (first_load > most_bytes)
        throw new Error(`the page loads ${first_load} bytes compressed, more than ${most_bytes}`);
    },
  };
};

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [compressed()],
  esbuild: { jsx: 'automatic' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    rollupOptions: {
      // A comment in zod that only another bundler understands.
      onwarn: (warning, warn) => (warning.code === 'INVALID_ANNOTATION' ? undefined : warn(warning)),
    },
  },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:4747' } },
});
