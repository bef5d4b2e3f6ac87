/** Whether LMDB is told to have a commit on disk before it is one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { expect, it } from 'vitest';
import { Store } from './store.ts';

it('the store commits what is on disk, and never before: its environment does not let them overlap', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-flushed-'));
  const store = Store.open(folder, 2);
  // No copy of the file shows the difference, as the system's cache has what the disk has not. LMDB itself does: one
  // environment is shared by all who open a file in a process, and one opened without overlap refuses to have it.
  const overlapping = { path: join(folder, 'store.mdb'), maxDbs: 8, overlappingSync: true };
  expect(() => open(overlapping)).toThrow('Can not enable overlappingSync');
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
