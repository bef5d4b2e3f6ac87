/** Rows as CSV (RFC 4180) that is safe to open in a spreadsheet. */
import { stringify } from 'csv-stringify/sync';

const whole = /^(LowCardinality\()?(Nullable\()?U?Int(8|16|32|64)\b/;

/** Whether a column of this ClickHouse type holds whole numbers, of which large ones come as texts. */
export const isWhole = (type: string): boolean => whole.test(type);

/** A value of a row as it is written: lists and records are JSON, large numbers stay numbers, nothing is empty. */
function cellOf(value: unknown, is_whole: boolean): unknown {
  if (is_whole && typeof value === 'string') return BigInt(value);
  // What csv-stringify does not take for the begin of a formula, and some spreadsheets do.
  if (typeof value === 'string' && value.startsWith('\n')) return `'${value}`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/**
 * Lines of CSV. A text that begins with =, +, -, @, a tab, a return or a line feed gets an apostrophe in front: a spreadsheet would
 * take it for a formula, which may call other programs or send what it sees.
 */
export const csvLines = (rows: readonly (readonly unknown[])[], wholes: readonly boolean[] = []): string =>
  rows.length === 0
    ? ''
    : stringify(
        rows.map((row) => row.map((value, i) => cellOf(value, wholes[i] === true))),
        {
          escape_formulas: true,
          record_delimiter: 'windows',
          cast: { boolean: String, bigint: String },
        },
      );
