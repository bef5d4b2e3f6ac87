/** Framed bytes of a value under any schema, written by another Avro implementation: a producer that is not ours. */
import avro from 'avsc';

export function writeAs(schema: unknown, value: object, id: number): Buffer {
  const text = JSON.stringify(schema);
  const type = avro.Type.forSchema(JSON.parse(text), { wrapUnions: 'never', omitRecordMethods: true });
  const frame = Buffer.alloc(5);
  frame.writeInt32BE(id, 1);
  return Buffer.concat([frame, type.toBuffer(value)]);
}
