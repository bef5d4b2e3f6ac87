/** What a run came to, in lines. */
import type { Summary } from '../operations/operations.ts';
import { count, percent } from '../operations/format/numbers.ts';
import type { Output } from './output.ts';

export function summaryLines(out: Output, summary: Summary): readonly string[] {
  const { bold, dim, green, yellow } = out.colour;
  const row = (name: string, value: string, note = ''): string =>
    `${dim(name.padEnd(16))} ${value.padStart(10)}${note === '' ? '' : `  ${dim(note)}`}`;
  return [
    row('events', count(summary.events), `${count(summary.events_per_s)} per second`),
    row('experiments', count(summary.experiments)),
    row(
      'winners',
      green(bold(count(summary.winners))).padStart(10 + marks(green(bold('')))),
      `at most ${percent(summary.alpha)} of them false, however often one looks`,
    ),
    row(
      'withdrawn',
      summary.withdrawn > 0 ? yellow(count(summary.withdrawn)).padStart(10 + marks(yellow(''))) : '0',
      'restated data took the evidence away',
    ),
    row('not decidable', count(summary.undecided), 'too little data for a claim at that error rate'),
    row('leaders only', count(summary.leaders), 'nobody assigned the audience: no claim, whatever they show'),
    row('blocked', count(summary.blocked), 'sample ratio mismatch: the split is not the planned one'),
    row(
      'z-test claims',
      count(summary.z_test_claims),
      `what a test at .05 would announce on the same data; ${count(summary.z_test_claims_adjusted)} corrected for their number, if looked at once`,
    ),
    row('allocations', count(summary.allocations)),
    row('dead letters', count(summary.dead_letters)),
  ];
}

/** Characters that colour an empty text: they take no room on the screen. */
const marks = (coloured: string): number => coloured.length;
