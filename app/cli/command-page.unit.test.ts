import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commandPage } from './command-page.ts';
import { program } from './program.ts';
import { captured } from './testing/capture.ts';

it('the page of the command line says what the commands say', async () => {
  const root = {
    version: '0.1.0',
    topics: [],
    topology: () => Promise.reject(new Error('nobody is asked')),
    open: () => Promise.reject(new Error('nothing is opened')),
    embeddings: () => Promise.reject(new Error('nobody is asked')),
    provision: () => Promise.reject(new Error('nobody is asked')),
    history: () => Promise.reject(new Error('nothing is opened')),
  };
  const cli = {
    root,
    out: captured(100),
    environment: {},
    confirm: () => Promise.resolve(false),
    end: () => undefined,
  };
  const page = fileURLToPath(new URL('../../docs/command-line.md', import.meta.url));
  await expect(commandPage(await program(cli))).toMatchFileSnapshot(page);
});
