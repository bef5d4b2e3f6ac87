/** Reads recorded A/B tests from a CSV, gzipped or plain, row by row as it streams. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import { nearest } from '../../../topology/nearest.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { checkRow, required_columns } from './row.ts';
import { TestBook } from './test-book.ts';
import type { RecordedTests } from './tests.ts';

/** What the parser hands over with `columns` and `info`. */
const parsedShape = z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) });

/**
 * All tests of a file. Kept in memory are the tests with their texts and totals (one small object a row), never the
 * events that they become.
 * @throws FlywheelError `file.missing`, `csv.columns`, `csv.unreadable`, `csv.field`: each names file and place.
 */
export async function readTests(file: string, now_ms: number): Promise<RecordedTests> {
  const hash = createHash('sha256');
  const book = new TestBook(file);
  let line = 1;
  let refusal: unknown;
  const take = async (rows: AsyncIterable<unknown>): Promise<void> => {
    try {
      for await (const row of rows) {
        const { record, info } = parsedShape.parse(row);
        book.add(checkRow({ file, line: line + 1 }, record, now_ms));
        line = info.lines;
      }
    } catch (error) {
      refusal = error;
      throw error;
    }
  };
  const columns = (found: readonly string[]): string[] => checkedColumns(file, found);
  const parser = parse({ columns, info: true, bom: true, skip_empty_lines: true });
  try {
    const packed = await isPacked(file);
    const bytes = createReadStream(file).on('data', (chunk) => hash.update(chunk));
    await (packed ? pipeline(bytes, createGunzip(), parser, take) : pipeline(bytes, parser, take));
  } catch (error) {
    // Streams that a refused row cuts short report the cut, not the row.
    throw readError(refusal ?? error, file, line);
  }
  if (line === 1) throw new FlywheelError('csv.unreadable', { file, line, why: 'it holds no rows' });
  return { ...book.close(), fingerprint: hash.digest('hex').slice(0, 16) };
}

function checkedColumns(file: string, found: readonly string[]): string[] {
  const names = found.map((name) => name.trim());
  const missing = required_columns.filter((name) => !names.includes(name));
  const [first] = missing;
  if (first === undefined) return names;
  const near = nearest(
    first,
    names.filter((name) => name !== ''),
  );
  throw new FlywheelError('csv.columns', {
    file,
    missing: missing.join(', '),
    found: names.join(', ').slice(0, 300),
    what_to_do: near === undefined ? 'name the columns in the first line' : `rename the column ${near} to ${first}`,
  });
}

function readError(error: unknown, file: string, line: number): unknown {
  if (error instanceof FlywheelError) return error;
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (code === 'ENOENT') return new FlywheelError('file.missing', { path: file });
  const why = error instanceof Error ? error.message : String(error);
  if (error instanceof CsvError) {
    const at = z.number().safeParse(Reflect.get(error, 'lines')).data ?? line + 1;
    return new FlywheelError('csv.unreadable', { file, line: at, why });
  }
  if (typeof code === 'string' && (code.startsWith('Z_') || code.startsWith('E')))
    return new FlywheelError('csv.unreadable', { file, line: line + 1, why });
  return error;
}

/** Whether a file begins as gzip does. */
async function isPacked(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
