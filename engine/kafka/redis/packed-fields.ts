/**
 * Reads and writes the few kinds of MessagePack that names are made of: an array of short texts and whole numbers. A
 * general packer costs more for a name than all else that is done with its record.
 */
import { most_bytes_a_unit, numbers_bytes, utf8Bytes, type ByteWriter } from '../wire/byte-writer.ts';
import { textAt } from '../wire/text-memo.ts';

/** Where the reader stands: one for all names, since none is read while another is. */
let bytes: Uint8Array = new Uint8Array();
let at = 0;
let isSound = true;

/** Begins at an array of so many fields; false where the bytes are no such array. */
export function beginFields(packed: Uint8Array, fields: number): boolean {
  bytes = packed;
  at = 1;
  isSound = packed[0] === (fix_array | fields);
  return isSound;
}

const fix_array = 0x90;
const fix_text = 0xa0;
const fix_text_mask = 0xe0;
const text_8 = 0xd9;
const text_16 = 0xda;
const count_8 = 0xcc;
const count_16 = 0xcd;
const count_32 = 0xce;
const count_64 = 0xcf;
const double_64 = 0xcb;

/** Begins an array of so many fields, 15 at most. */
export function putFields(writer: ByteWriter, fields: number): void {
  writer.fit(numbers_bytes);
  writer.int8(fix_array | fields);
}

/** Writes a text of up to 64 KB. One of more than 255 bytes is none of ours: `textField` does not take it. */
export function putText(writer: ByteWriter, text: string): void {
  const length = utf8Bytes(text);
  writer.fit(most_bytes_a_unit * text.length + numbers_bytes);
  if (length < 0x20) {
    writer.int8(fix_text | length);
  } else if (length < 0x100) {
    writer.int8(text_8);
    writer.int8(length);
  } else {
    writer.int8(text_16);
    writer.uint16(length);
  }
  writer.utf8(text, length);
}

/** Writes a whole number from 0 on. */
export function putCount(writer: ByteWriter, count: number): void {
  writer.fit(numbers_bytes);
  if (count < 0x80) writer.int8(count);
  else if (count < 0x100) {
    writer.int8(count_8);
    writer.int8(count);
  } else if (count < 0x1_0000) {
    writer.int8(count_16);
    writer.uint16(count);
  } else if (count < 0x1_0000_0000) {
    writer.int8(count_32);
    writer.uint32(count);
  } else {
    writer.int8(double_64);
    writer.double(count);
  }
}

/** The next field, a text of up to 255 bytes. */
export function textField(): string {
  const kind = next();
  const length = (kind & fix_text_mask) === fix_text ? kind & 0x1f : kind === text_8 ? next() : -1;
  const from = at;
  if (length < 0 || from + length > bytes.length) return unsound('');
  at = from + length;
  return textAt(bytes, from, at);
}

/** The next field, a whole number from 0 on. */
export function countField(): number {
  const kind = next();
  if (kind < 0x80) return kind;
  if (kind === count_8) return next();
  if (kind === count_16) return wide(2);
  if (kind === count_32) return wide(4);
  // Beyond 32 bits they are packed as doubles, or by others as 64 bits.
  if (kind === count_64) return wide(8);
  return kind === double_64 ? double() : unsound(0);
}

/** Whether all that was read was there, of the kind asked for, and nothing is left. */
export const endFields = (): boolean => isSound && at === bytes.length;

function next(): number {
  return bytes[at++] ?? unsound(0);
}

function wide(length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + next();
  return Number.isSafeInteger(value) ? value : unsound(0);
}

const double_bytes = 8;

function double(): number {
  if (at + double_bytes > bytes.length) return unsound(0);
  const value = new DataView(bytes.buffer, bytes.byteOffset + at, double_bytes).getFloat64(0);
  at += double_bytes;
  return value;
}

function unsound<T>(instead: T): T {
  isSound = false;
  return instead;
}
