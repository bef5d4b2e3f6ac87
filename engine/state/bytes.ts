/**
 * Bytes of a state whose long lists mostly stay as they were. A state is never changed in place: a list with one item
 * replaced holds the other items themselves, whose bytes are known from the commit before.
 */
import type { StoredState } from '../ledger.ts';
import { pack, packr } from './codec.ts';

/** Lists from this length on are looked at item by item; a shorter one is packed faster than looked up. */
const long = 8;

/** As MessagePack names them. */
const array_of_two = Buffer.from([0x92]);
const fix_array = 0x90;
const array_16 = 0xdc;
const array_32 = 0xdd;
/** The packer writes every map so, whatever its size. */
const map_16 = 0xde;

/** Bytes of items of lists, for as long as the items live. */
const packedItems = new WeakMap<object, Uint8Array>();

/**
 * The same bytes as the packer's. `mode` is LMDB's word to the packer on whose memory to use; the bytes made here are
 * in memory of their own.
 */
export function stateBytes(stored: StoredState, mode?: number): Uint8Array {
  const [version, value] = stored;
  if (!isRecord(value) || !Object.values(value).some(isLongList)) return packr.encode(stored, mode);
  const entries = Object.entries(value);
  const pieces: Uint8Array[] = [
    array_of_two,
    pack(version),
    Buffer.from([map_16, entries.length >> 8, entries.length & 0xff]),
  ];
  for (const [name, field] of entries) {
    pieces.push(pack(name));
    if (isLongList(field)) listBytes(field, pieces);
    else pieces.push(pack(field));
  }
  return Buffer.concat(pieces);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && value.constructor === Object;

const isLongList = (field: unknown): field is readonly unknown[] =>
  Array.isArray(field) && field.length >= long && isRecord(field[0]);

function listBytes(list: readonly unknown[], into: Uint8Array[]): void {
  into.push(listHead(list.length));
  for (const item of list) into.push(isRecord(item) ? itemBytes(item) : pack(item));
}

function itemBytes(item: object): Uint8Array {
  const before = packedItems.get(item);
  if (before !== undefined) return before;
  // A copy: the packer's bytes are a piece of a larger buffer, which would live as long as the item does.
  const bytes = Uint8Array.from(pack(item));
  packedItems.set(item, bytes);
  return bytes;
}

function listHead(length: number): Uint8Array {
  if (length < 0x10) return Buffer.from([fix_array | length]);
  if (length < 0x1_0000) return Buffer.from([array_16, length >> 8, length & 0xff]);
  const head = Buffer.alloc(5, array_32);
  head.writeUInt32BE(length, 1);
  return head;
}
