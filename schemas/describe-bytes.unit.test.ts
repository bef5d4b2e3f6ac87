import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodec } from './codec.ts';
import { describeBytes, type BytesReport } from './describe-bytes.ts';
import { exampleOf, exampleText } from './examples.ts';
import { adCreated, adMetrics, topics } from './index.ts';
import { assignedIds } from './ids.ts';

const codec = createCodec({ topics });
const report = (bytes: Uint8Array): BytesReport =>
  describeBytes(bytes, { topic: adMetrics, topics, at_ms: Date.UTC(2025, 5, 1) });
const said = (found: BytesReport, decoder: string): string => {
  const line = found.decoders.find((each) => each.decoder.startsWith(decoder));
  if (line === undefined) throw new Error(`${decoder} was not asked`);
  return `${line.ok ? 'yes' : 'no'}: ${line.said}`;
};
const good = Buffer.from(codec.encode('ad.metrics', exampleOf('ad.metrics')));

/** Its newest version. */
const newest = `ad.created v${adCreated.version}`;

describe('what the bytes of a dead letter could be', () => {
  it('a record that breaks a rule: frame split off, value shown, rule named', () => {
    const found = report(codec.encode('ad.metrics', { ...exampleOf('ad.metrics'), clicks: 9_999 }));
    expect(found).toMatchObject({
      magic_byte: 0,
      schema_id: assignedIds['ad.metrics']?.[1],
      schema_name: 'ad.metrics v1',
    });
    expect(found.decoders[0]).toMatchObject({ decoder: 'Confluent Avro (ad.metrics v1)', ok: true });
    expect(found.decoders[0]?.value).toMatchObject({ clicks: 9_999 });
    expect(said(found, 'Confluent Avro')).toContain('clicks is 9999: must be at most impressions (1240)');
    expect(said(found, 'JSON')).toMatch(/^no/);
  });

  it('a record cut short: the field at which it stops', () => {
    expect(said(report(good.subarray(0, good.length - 3)), 'Confluent Avro')).toMatch(/^no: stopped at \w+/);
  });

  it('another topic: its schema is named, and this topic’s says where it stops', () => {
    const found = report(codec.encode('ad.created', exampleOf('ad.created')));
    expect(found.schema_name).toBe(newest);
    expect(said(found, `Confluent Avro (${newest})`)).toMatch(/^yes/);
    expect(said(found, 'frame passed over')).toMatch(/^no: stopped at/);
  });

  it('an unknown schema id: the body is tried with the topic’s own schema', () => {
    const bytes = Buffer.from(good);
    bytes.writeInt32BE(42, 1);
    const found = report(bytes);
    expect(found).toMatchObject({ schema_id: 42, schema_name: null });
    expect(said(found, 'Confluent Avro')).toBe('no: schema id 42 is not known');
    expect(said(found, 'frame passed over, as ad.metrics')).toMatch(/^yes/);
  });

  it('plain Avro without a frame: of this topic, and of another', () => {
    expect(said(report(good.subarray(5)), 'plain Avro (ad.metrics v1)')).toMatch(/^yes/);
    const created = Buffer.from(codec.encode('ad.created', exampleOf('ad.created')));
    expect(said(report(created.subarray(5)), `plain Avro (${newest})`)).toMatch(/^yes/);
  });

  it('JSON: that it fits and how to publish it, or the fields that do not', () => {
    expect(said(report(Buffer.from(exampleText('ad.metrics'))), 'JSON')).toContain(
      'flywheel publish --topic ad.metrics',
    );
    const text = JSON.stringify({ ...exampleOf('ad.metrics'), clicks: '31' });
    const found = report(Buffer.from(text));
    expect(found).toMatchObject({ magic_byte: 0x7b, schema_id: null });
    expect(said(found, 'Confluent Avro')).toBe('no: the first byte is 0x7b, not 0x00');
    expect(said(found, 'JSON')).toContain('clicks must be a whole number');
    expect(said(found, 'UTF-8 text')).toMatch(/^yes/);
  });

  it('nothing at all', () => {
    expect(report(new Uint8Array(0))).toMatchObject({ bytes: 0, magic_byte: null, schema_id: null });
  });

  it('any bytes at all: every decoder answers, in JSON', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const found = report(bytes);
        expect(JSON.parse(JSON.stringify(found))).toEqual(found);
        expect(found.decoders.length).toBeGreaterThanOrEqual(4);
      }),
    );
  });
});
