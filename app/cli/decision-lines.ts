/** Decisions as aligned lines: winners at once, allocations singly while they are few, else one line a second. */
import type { DecisionRow } from '../operations/operations.ts';
import { count } from '../operations/words.ts';
import { cell, cut, type Output } from './output.ts';
import { minute } from './time.ts';

/** Allocations printed singly in one second; more become one line. */
const most_singly = 6;
const second_ms = 1_000;

/** Where a person can look at a decision. */
export const linkTo = (page_url: string, id: string): string =>
  `${page_url}/#/decisions/${id.split('/').map(encodeURIComponent).join('/')}`;

const time_width = 16;
const group_width = 18;
const entity_width = 28;
/** Room for the result where nobody says how wide the screen is. */
const unbounded = 110;

/** One decision as a line, without colour decided by its kind only. */
export function decisionLine(out: Output, row: DecisionRow, page_url: string): string {
  const { dim } = out.colour;
  const link = linkTo(page_url, row.id);
  const left = time_width + group_width + entity_width + 6;
  const room = out.columns === null ? unbounded : Math.max(30, out.columns - left - link.length - 2);
  const result = painted(out, row.topic, cell(row.result, room));
  return `${dim(minute(row.appended_ms))}  ${cell(row.group, group_width)}  ${cell(row.entity, entity_width)}  ${result}  ${dim(link)}`;
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
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DecisionLinesOptions) {
    this.#options = options;
    this.#told = options.allocations();
  }

  take(rows: readonly DecisionRow[]): void {
    for (const row of rows) {
      if (row.topic === 'allocation.proposed') this.#waiting.push(row);
      else this.#line(row);
    }
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.flush(), second_ms);
  }

  #line(row: DecisionRow): void {
    this.#options.print(decisionLine(this.#options.out, row, this.#options.page_url));
  }

  /** Prints what waits for its second to end. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const rows = this.#waiting;
    this.#waiting = [];
    const made = this.#options.allocations() - this.#told;
    this.#told += made;
    if (rows.length === 0) return;
    if (Math.max(made, rows.length) <= most_singly) for (const row of rows) this.#line(row);
    else this.#options.print(this.#many(rows, Math.max(made, rows.length)));
  }

  #many(rows: readonly DecisionRow[], made: number): string {
    const { out } = this.#options;
    const last = rows[rows.length - 1];
    const campaigns = new Set(rows.map(({ account_id, entity }) => `${account_id} ${entity}`)).size;
    const head = cell(last?.group ?? '', group_width);
    const text = `${count(made)} budget splits in the last second, of ${count(campaigns)}${rows.length < made ? '+' : ''} campaigns`;
    const width = (out.columns ?? unbounded + 60) - time_width - group_width - 4;
    return `${out.colour.dim(minute(last?.appended_ms ?? 0))}  ${head}  ${out.colour.dim(cut(text, width))}`;
  }
}
