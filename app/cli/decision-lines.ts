/** Decisions as aligned lines: winners at once, allocations singly while they are few, else one line now and then. */
import { isLeftAlone } from '../operations/decisions/row.ts';
import type { DecisionRow } from '../operations/operations.ts';
import { count } from '../operations/format/numbers.ts';
import { cell, cut, type Output } from './output.ts';
import { minute } from './time.ts';

/** Allocations printed singly in one second; more become one line. */
const most_singly = 6;
const second_ms = 1_000;
/** Between two lines that only count: they must not drown the winners. */
const count_every_ms = 10_000;

/** Where a person can look at a decision. */
export const linkTo = (page_url: string, id: string): string =>
  `${page_url}/#/decisions/${id.split('/').map(encodeURIComponent).join('/')}`;

const time_width = 16;
const group_width = 18;
const entity_width = 28;
/** Room for the result where nobody says how wide the screen is. */
const unbounded = 110;

/** One decision as a line; on a screen that is too narrow for it, result and link have lines of their own. */
export function decisionLine(out: Output, row: DecisionRow, page_url: string): string {
  const { dim } = out.colour;
  const link = linkTo(page_url, row.id);
  const head = `${dim(minute(row.appended_ms))}  ${cell(row.group, group_width)}`;
  const left = time_width + group_width + entity_width + 6;
  if (out.columns === null || out.columns - left - link.length - 2 >= row.result.length) {
    const result = painted(out, row.topic, cell(row.result, out.columns === null ? unbounded : row.result.length));
    return `${head}  ${cell(row.entity, entity_width)}  ${result}  ${dim(link)}`;
  }
  const indent = ' '.repeat(time_width + 2);
  const room = out.columns - indent.length;
  const entity = cut(row.entity, Math.max(10, out.columns - time_width - group_width - 4));
  return `${head}  ${entity}\n${indent}${painted(out, row.topic, cut(row.result, room))}\n${' '.repeat(Math.max(0, Math.min(indent.length, out.columns - link.length)))}${dim(link)}`;
}

/** Green: a winner; yellow: one that was taken back; plain: a split. */
function painted(out: Output, topic: string, text: string): string {
  if (topic === 'winner.detected') return out.colour.green(out.colour.bold(text));
  return topic === 'winner.withdrawn' ? out.colour.yellow(text) : text;
}

export interface DecisionLinesOptions {
  readonly out: Output;
  readonly page_url: string;
  /** Prints one line where the reader looks. */
  readonly print: (line: string) => void;
  /** Allocations made so far, those too many to be described included. */
  readonly allocations: () => number;
}

export class DecisionLines {
  readonly #options: DecisionLinesOptions;
  #waiting: DecisionRow[] = [];
  #told: number;
  /** Seconds that the oldest of what waits has waited. */
  #seconds = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DecisionLinesOptions) {
    this.#options = options;
    this.#told = options.allocations();
  }

  take(rows: readonly DecisionRow[]): void {
    for (const row of rows) {
      if (isLeftAlone(row)) continue;
      if (row.topic === 'allocation.proposed') this.#waiting.push(row);
      else this.#line(row);
    }
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.flush(false), second_ms);
  }

  #line(row: DecisionRow): void {
    this.#options.print(decisionLine(this.#options.out, row, this.#options.page_url));
  }

  /** Prints what waits for its second to end; `last` where there is no later time to do so. */
  flush(last = true): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const made = this.#options.allocations() - this.#told;
    const many = Math.max(made, this.#waiting.length) > most_singly;
    if (this.#waiting.length === 0) return;
    const waited_ms = (this.#seconds += 1) * second_ms;
    if (many && !last && waited_ms < count_every_ms) {
      this.#timer = setTimeout(() => this.flush(false), second_ms);
      return;
    }
    const rows = this.#waiting;
    this.#waiting = [];
    this.#seconds = 0;
    this.#told += made;
    if (many) this.#options.print(this.#many(rows, Math.max(made, rows.length), waited_ms));
    else for (const row of rows) this.#line(row);
  }

  #many(rows: readonly DecisionRow[], made: number, waited_ms: number): string {
    const { out } = this.#options;
    const last = rows[rows.length - 1];
    const campaigns = new Set(rows.map(({ account_id, entity }) => `${account_id} ${entity}`)).size;
    const head = cell(last?.group ?? '', group_width);
    const seconds = waited_ms === second_ms ? 'a second' : `${waited_ms / second_ms} seconds`;
    const text = `${count(made)} budget splits within ${seconds}, of ${campaigns}${rows.length < made ? '+' : ''} campaigns`;
    const width = (out.columns ?? unbounded + 60) - time_width - group_width - 4;
    return `${out.colour.dim(minute(last?.appended_ms ?? 0))}  ${head}  ${out.colour.dim(cut(text, width))}`;
  }
}
