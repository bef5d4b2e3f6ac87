/** Keys of the store: bytes whose order is the order in which things are read. */

/** Names (topics, groups) as small numbers, so that keys are short. */
export interface Names {
  idOf(name: string): number;
}

/** Log chunk: topic u16 · partition u16 · base offset u48, big endian. */
export function chunkKey(topic: number, partition: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(10);
  key.writeUInt16BE(topic, 0);
  key.writeUInt16BE(partition, 2);
  key.writeUIntBE(offset, 4, 6);
  return key;
}

/** Sorts before every chunk of the partition: the end, which is exclusive, of a walk backwards. */
export const partitionKey = (topic: number, partition: number): Buffer => chunkKey(topic, partition, 0).subarray(0, 4);

export const chunkOffset = (key: Buffer): number => key.readUIntBE(4, 6);

/** Kinds of ledger entries; the order of these bytes has no meaning. */
export const kinds = { head: 1, state: 2, part: 3, active: 4, outbox: 5 } as const;
export type Kind = keyof typeof kinds;

/** Ledger entry: group u16 · partition u16 · kind u8 · key in UTF-8. */
export function ledgerKey(group: number, partition: number, kind: Kind, key: string): Buffer {
  const length = Buffer.byteLength(key);
  const bytes = Buffer.allocUnsafe(5 + length);
  bytes.writeUInt16BE(group, 0);
  bytes.writeUInt16BE(partition, 2);
  bytes[4] = kinds[kind];
  bytes.write(key, 5, length === key.length ? 'latin1' : 'utf8');
  return bytes;
}

/** Outbox entry: as above, with the seq as u48 so that entries stand in order. */
export function outboxKey(group: number, partition: number, seq: number): Buffer {
  const bytes = Buffer.allocUnsafe(11);
  bytes.writeUInt16BE(group, 0);
  bytes.writeUInt16BE(partition, 2);
  bytes[4] = kinds.outbox;
  bytes.writeUIntBE(seq, 5, 6);
  return bytes;
}

export const keyText = (key: Buffer): string => key.toString('utf8', 5);
