import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleOf, exampleText } from '../../../schemas/examples.ts';
import { adMetrics } from '../../../schemas/index.ts';
import { longest_line_bytes } from './lines.ts';
import { readNdjson, readNdjsonFile, readNdjsonText, resumeFile, type NdjsonBatch } from './ndjson.ts';
import { fileStart } from './position.ts';

const now_ms = (): number => Date.UTC(2025, 5, 1);
const options = { topic: adMetrics, now_ms };
const example = exampleOf('ad.metrics');
const good = exampleText('ad.metrics');
const withFields = (change: object): string => JSON.stringify({ ...example, ...change });

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // One buffer is used again and again, as a stream may do.
  const buffer = new Uint8Array(size);
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.set(piece);
    yield await Promise.resolve(buffer.subarray(0, piece.length));
  }
}

async function collect(batches: AsyncIterable<NdjsonBatch> | Iterable<NdjsonBatch>): Promise<NdjsonBatch[]> {
  const all: NdjsonBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}
const check = async (text: string): Promise<{ events: unknown[]; rejected: unknown[] }> => {
  const batches = await collect(readNdjsonText(Buffer.from(text), options));
  return {
    events: batches.flatMap(({ events }) => events.map(({ value }) => value)),
    rejected: batches.flatMap(({ rejected }) => rejected),
  };
};

describe('lines of JSON', () => {
  it('that are good become events of the topic', async () => {
    expect(await check(`${good}\n${good}`)).toEqual({ events: [example, example], rejected: [] });
  });

  it('may end as on Windows, begin with a byte order mark, and be empty', async () => {
    expect(await check(`\uFEFF${good}\r\n\r\n  \n${good}\n`)).toEqual({ events: [example, example], rejected: [] });
  });

  it('that leave out fields with a default get the default', async () => {
    const { context: _, reach: __, conversions: ___, ...short } = example;
    const line = JSON.stringify({ ...short, conversion_value_minor: 0 });
    expect((await check(line)).events).toEqual([
      { ...example, context: {}, reach: null, conversions: 0, conversion_value_minor: 0 },
    ]);
  });

  const bad: readonly (readonly [string, string, string | null, string])[] = [
    ['{"account_id": ', 'line.json', null, 'not JSON'],
    [`${good},`, 'line.json', null, 'without a comma'],
    ['[1]', 'line.not_object', null, 'a list'],
    ['17', 'line.not_object', null, '17'],
    [withFields({ clicks: '31' }), 'line.field', 'clicks', 'without quotes: 31'],
    [withFields({ spend_minor: 18.75 }), 'line.field', 'spend_minor', 'minor units'],
    [withFields({ impresions: 4 }), 'line.field', 'impresions', 'did you mean "impressions"?'],
    [withFields({ account_id: undefined }), 'line.field', 'account_id', 'is required'],
    [withFields({ ad_id: 17 }), 'line.field', 'ad_id', 'in quotes: "17"'],
    [withFields({ impressions: 2 ** 60 }), 'line.field', 'impressions', '2^53'],
    [withFields({ clicks: 5_000 }), 'line.field', 'clicks', 'at most impressions (1240)'],
    [withFields({ currency: 'EURO' }), 'line.field', 'currency', 'did you mean EUR?'],
    [withFields({ as_of_ms: 1_741_086_300 }), 'line.field', 'as_of_ms', 'seconds times 1000'],
  ];
  it.each(bad)('%s is refused as %s at %s', async (line, code, field, words) => {
    const { events, rejected } = await check(`${good}\n${line}\n${good}\n`);
    expect(events).toHaveLength(2);
    expect(rejected).toEqual([expect.objectContaining({ line: 2, code, field })]);
    expect(rejected).toEqual([expect.objectContaining({ message: expect.stringContaining(words) as string })]);
    expect(rejected).toEqual([expect.objectContaining({ message: expect.stringContaining('line 2') as string })]);
  });

  it('with several wrong fields name them all', async () => {
    const { rejected } = await check(withFields({ clicks: '31', spend_minor: null }));
    expect(rejected).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/clicks .*also wrong: spend_minor/) as string }),
    ]);
  });

  it('that are not UTF-8 or too long are refused and the next one is taken', async () => {
    const latin = Buffer.from(withFields({ account_id: 'caf\u00e9' }), 'latin1');
    const long = Buffer.alloc(longest_line_bytes + 1, 'x');
    const end = Buffer.from('\n');
    const bytes = Buffer.concat([latin, end, long, end, Buffer.from(good)]);
    const batches = await collect(readNdjson(pieces(bytes, 65_536), options));
    expect(batches.flatMap(({ rejected }) => rejected)).toEqual([
      expect.objectContaining({ line: 1, code: 'line.encoding' }),
      expect.objectContaining({ line: 2, code: 'line.too_long' }),
    ]);
    expect(batches.flatMap(({ events }) => events)).toHaveLength(1);
  });
});

describe('any text', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.constant(good),
    fc
      .tuple(fc.constantFrom(...Object.keys(example)), fc.jsonValue())
      .map(([field, value]) => withFields({ [field]: value })),
  );

  it('is taken line by line: every line that is not empty is an event or refused, and none throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 20 }), fc.integer({ min: 1, max: 300 }), async (lines, size) => {
        const text = lines.map((each) => each.replaceAll('\n', ' ')).join('\n');
        const batches = await collect(readNdjson(pieces(Buffer.from(text), size), options));
        const taken = batches.flatMap(({ events }) => events).length;
        const numbers = batches.flatMap(({ rejected }) => rejected.map((each) => each.line));
        const filled = text.split('\n').filter((each) => each.replace(/^\uFEFF/, '').trim() !== '').length;
        expect(taken + numbers.length).toBe(filled);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      }),
      { numRuns: 150 },
    );
  });
});

describe('a stream of lines', () => {
  const lines = Array.from({ length: 25 }, (_, i) => (i % 10 === 9 ? 'bad' : withFields({ clicks: 24 + (i % 5) })));
  const text = Buffer.from(lines.join('\n'));

  it.each([1, 7, 100, 400, 100_000])(
    'gives the same events and positions cut into pieces of %i bytes',
    async (size) => {
      const whole = await collect(readNdjsonText(text, options));
      const cut = await collect(readNdjson(pieces(text, size), options));
      expect(cut.flatMap(({ events }) => events)).toEqual(whole.flatMap(({ events }) => events));
      expect(cut.flatMap(({ rejected }) => rejected)).toEqual(whole.flatMap(({ rejected }) => rejected));
      expect(cut.at(-1)?.position).toBe(whole.at(-1)?.position);
    },
  );

  it('goes on behind any batch without taking a line twice', async () => {
    const all = await collect(readNdjson(pieces(text, 300), { ...options, batch_lines: 4 }));
    expect(all.length).toBeGreaterThan(6);
    for (const [i, batch] of all.entries()) {
      const start = {
        byte: batch.bytes,
        line: batch.lines,
        crc: Number.parseInt(batch.position.split(':')[2] ?? '', 16),
      };
      const rest = await collect(readNdjson(pieces(text.subarray(batch.bytes), 300), { ...options, start }));
      const after = all.slice(i + 1);
      expect(rest.flatMap(({ events }) => events)).toEqual(after.flatMap(({ events }) => events));
      expect(rest.flatMap(({ rejected }) => rejected)).toEqual(after.flatMap(({ rejected }) => rejected));
      if (after.length > 0) expect(rest.at(-1)?.position).toBe(after.at(-1)?.position);
    }
  });
});

describe('a file that is published again', () => {
  let folder = '';
  let path = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flywheel-ndjson-'));
    path = join(folder, 'metrics.ndjson');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const publish = async (
    stored: string | undefined,
  ): Promise<{ events: number; position: string | undefined; changed: boolean }> => {
    const { start, changed } = await resumeFile(path, stored);
    const batches = await collect(readNdjsonFile(path, { ...options, start }));
    return {
      events: batches.flatMap(({ events }) => events).length,
      position: batches.at(-1)?.position ?? stored,
      changed,
    };
  };

  it('has nothing new to give, gives what was added, and starts over where what was taken has changed', async () => {
    writeFileSync(path, `${good}\n${good}\n`);
    const first = await publish(undefined);
    expect(first).toMatchObject({ events: 2, changed: false });
    expect(await publish(first.position)).toEqual({ events: 0, position: first.position, changed: false });
    appendFileSync(path, `${good}\n`);
    const second = await publish(first.position);
    expect(second).toMatchObject({ events: 1, changed: false });
    writeFileSync(path, `${withFields({ clicks: 30 })}\n${good}\n${good}\n`);
    expect(await publish(second.position)).toMatchObject({ events: 3, changed: true });
    writeFileSync(path, `${good}\n`);
    expect(await publish(second.position)).toMatchObject({ events: 1, changed: true });
    expect((await resumeFile(path, 'no position')).start).toEqual(fileStart);
  });

  it('numbers lines on where the last one had no end yet', async () => {
    writeFileSync(path, good);
    const first = await publish(undefined);
    appendFileSync(path, `\nbad\n`);
    const { start } = await resumeFile(path, first.position);
    const batches = await collect(readNdjsonFile(path, { ...options, start }));
    expect(batches.flatMap(({ rejected }) => rejected)).toEqual([expect.objectContaining({ line: 2 })]);
  });
});
