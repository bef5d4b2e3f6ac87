/**
 * Looks at an LMDB file before LMDB does: LMDB maps the file into memory and a damaged one ends the process by a
 * signal, where a person deserves a sentence. Layout of the two meta pages: `struct MDB_meta` in lmdb.h.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { EngineError } from '../errors.ts';

const magic = 0xbeefc0de;
const at = { magic: 24, page_size: 48, last_page: 144, transaction: 152 } as const;
const meta_bytes = 160;

/** Throws when the file is not an LMDB store or is shorter than it says. */
export function checkStoreFile(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return;
    const first = metaAt(file, 0);
    const page_size = first?.readUInt32LE(at.page_size) ?? 0;
    const second = page_size < 512 ? undefined : metaAt(file, page_size);
    if (first === undefined || second === undefined) throw damaged(path, 'it does not begin as one');
    const newest = first.readBigUInt64LE(at.transaction) > second.readBigUInt64LE(at.transaction) ? first : second;
    const expected = (Number(newest.readBigUInt64LE(at.last_page)) + 1) * page_size;
    if (size < expected) throw damaged(path, `it has ${size} bytes of ${expected}`);
  } finally {
    closeSync(file);
  }
}

function metaAt(file: number, position: number): Buffer | undefined {
  const bytes = Buffer.alloc(meta_bytes);
  return readSync(file, bytes, 0, meta_bytes, position) === meta_bytes && bytes.readUInt32LE(at.magic) === magic
    ? bytes
    : undefined;
}

const damaged = (path: string, why: string): EngineError =>
  new EngineError(
    'store.corrupt',
    `the store ${path} cannot be read: ${why}`,
    'restore a copy of the data folder, or reset it (flywheel reset)',
  );
