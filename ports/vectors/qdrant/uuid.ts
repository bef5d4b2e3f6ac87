/** Names of points: Qdrant takes numbers and UUIDs. */
import { createHash } from 'node:crypto';

const hex = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/** UUID of version 5 (RFC 9562, section 5.5): the same name in the same namespace is the same UUID, for everyone. */
export function uuid5(namespace: string, name: string): string {
  const bytes = createHash('sha1').update(hex(namespace)).update(name, 'utf8').digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const text = bytes.toString('hex');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

/** Namespace of winners; drawn once. Another one would make every point a stranger. */
const winners = '6f1d2c1e-9c7b-4b0e-8a55-0d3b6c2f7e41';

/** The point of an ad. Account and ad are written so that no two pairs are one text. */
export const pointId = (account_id: string, ad_id: string): string =>
  uuid5(winners, JSON.stringify([account_id, ad_id]));
