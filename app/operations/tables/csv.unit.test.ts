import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { csvLines } from './csv.ts';

/** Begins that a spreadsheet takes for a formula, also where the input is of a keyboard with full-width signs. */
const formulas = ['=cmd|calc!A1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\r\n=1', '＝1', '＋1', '－1', '＠1'];

describe('CSV', () => {
  it('has no text that a spreadsheet takes for a formula, and holds it otherwise as it was', () => {
    const rows = formulas.map((text) => [text, `a,"${text}"\r\nb`, ['=1']]);
    const read = parse(csvLines(rows));
    expect(read).toEqual(rows.map(([text, other]) => [`'${String(text)}`, other, '["=1"]']));
  });
});
