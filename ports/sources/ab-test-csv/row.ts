/** Checks a row of the CSV, column by column: what breaks a rule is named with its line, value and remedy. */
import { FlywheelError } from '../../../topology/errors.ts';
import { printValue } from '../../../schemas/fit.ts';
import type { RecordedRow } from './tests.ts';

/** Columns that a file must have. Others are not read. */
export const required_columns = [
  'clickability_test_id',
  'package_id',
  'test_created_utc',
  'headline',
  'impressions',
  'clicks',
] as const;

/** Columns that are read where a file has them. */
export const optional_columns = ['randomization_risk', 'lede'] as const;

export type Cells = Readonly<Record<string, string | undefined>>;

/** Where a cell stands, for what is said of it. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

export const brokenCell = (
  { file, line }: Place,
  column: string,
  value: unknown,
  rule: string,
  what_to_do: string,
): FlywheelError => new FlywheelError('csv.field', { file, line, column, value: printValue(value), rule, what_to_do });

/** Longest ids and texts that fit the topics. */
const id_characters = 120;
const headline_characters = 10_000;
const most_count = 1_000_000_000;

function idCell(place: Place, cells: Cells, column: string): string {
  const value = (cells[column] ?? '').trim();
  if (value === '') throw brokenCell(place, column, value, 'must not be empty', 'give every row its id');
  // eslint-disable-next-line no-control-regex -- these are what an id may not hold
  if (value.length > id_characters || /[\u0000-\u001f\u007f-\u009f\ufffd]/.test(value))
    throw brokenCell(
      place,
      column,
      value,
      `must have at most ${id_characters} characters, none of them a control character`,
      'check that the columns are in their places',
    );
  return value;
}

function countCell(place: Place, cells: Cells, column: string): number {
  const text = (cells[column] ?? '').trim();
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most_count)
    throw brokenCell(
      place,
      column,
      cells[column],
      `must be a whole number from 0 to ${most_count}`,
      'write the total of the whole test without separators or decimals',
    );
  return value;
}

const time_pattern = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?:Z|\+00:00)?$/;
const earliest_ms = Date.UTC(2000, 0, 1);

function timeCell(place: Place, cells: Cells, column: string, now_ms: number): number {
  const text = (cells[column] ?? '').trim();
  const parts = time_pattern.exec(text)?.slice(1).map(Number);
  const [year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = 0] = parts ?? [];
  const at_ms = Date.UTC(year, month - 1, day, hour, minute, Number.isNaN(second) ? 0 : second);
  const valid = new Date(at_ms).getUTCDate() === day && hour < 24 && minute < 60;
  if (!valid || at_ms < earliest_ms || at_ms > now_ms)
    throw brokenCell(
      place,
      column,
      cells[column],
      'must be a time in UTC since 2000 that has passed',
      'write it as 2014-03-15 17:54:41',
    );
  return at_ms;
}

const flags: Readonly<Record<string, boolean>> = { '': false, '0': false, '1': true, false: false, true: true };

function flagCell(place: Place, cells: Cells, column: string): boolean {
  const value = flags[(cells[column] ?? '').trim().toLowerCase()];
  if (value === undefined)
    throw brokenCell(
      place,
      column,
      cells[column],
      'must be 0, 1, true or false',
      'write 1 where assignment is doubtful',
    );
  return value;
}

/** Text without what cannot be shown, which recorded texts now and then hold. */
const visible = (text: string): string => text.replace(/[^\P{Cc}\n\r\t]|\uFFFD/gu, '').trim();

function headlineCell(place: Place, cells: Cells): string {
  const headline = visible(cells['headline'] ?? '');
  if (headline === '' || headline.length > headline_characters)
    throw brokenCell(
      place,
      'headline',
      cells['headline'],
      `must have 1 to ${headline_characters} visible characters`,
      'give each package the headline that was shown',
    );
  return headline;
}

/** The row, or the first thing wrong with it. `now_ms`: no test was made later. */
export function checkRow(place: Place, cells: Cells, now_ms: number): RecordedRow {
  const impressions = countCell(place, cells, 'impressions');
  const clicks = countCell(place, cells, 'clicks');
  if (clicks > impressions)
    throw brokenCell(
      place,
      'clicks',
      clicks,
      `must be at most the impressions (${impressions})`,
      'count each reader once, and clicks only of those who saw the package',
    );
  const lede = visible(cells['lede'] ?? '').slice(0, headline_characters);
  return {
    line: place.line,
    test_id: idCell(place, cells, 'clickability_test_id'),
    created_ms: timeCell(place, cells, 'test_created_utc', now_ms),
    randomised: !flagCell(place, cells, 'randomization_risk'),
    arm: {
      package_id: idCell(place, cells, 'package_id'),
      headline: headlineCell(place, cells),
      lede: lede === '' ? null : lede,
      impressions,
      clicks,
    },
  };
}
