/**
 * The process that is killed: the embedded engine with the toy topology, fed by a source that continues where its
 * last append was stored. Told by one JSON argument; prints `ready`, then `done` if it lives to the end.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { openEmbedded } from '../../engine/embedded/embedded.ts';
import { steps, type Step } from '../../engine/commit-path/faults.ts';
import type { Replaceable } from '../../engine/options.ts';
import type { Row, RowSink } from '../../engine/ports.ts';
import { toyOptions } from '../../testing/toy/options.ts';
import { turnEvents, turn_ms } from './turns.ts';

export const workerTask = z.object({
  folder: z.string(),
  seed: z.number(),
  turns: z.number(),
  /** `turn`: log time follows the turns; `coarse`: wall time in steps, so that append times of different inputs tie. */
  clock: z.enum(['turn', 'coarse']),
  bug: z.enum(['none', 'no watermark', 'send before commit', 'no journal']),
  /** Kills itself at this occurrence of the step; null: it waits to be killed. */
  death: z.object({ step: z.enum(steps), occurrence: z.number() }).nullable(),
});
export type WorkerTask = z.infer<typeof workerTask>;

const coarse_ms = 3_000;

const bugs: Readonly<Record<WorkerTask['bug'], Replaceable>> = {
  none: {},
  'no watermark': { watermarks: () => ({ seen: () => false, stored: () => ({}) }) },
  'send before commit': { sendBeforeCommit: true },
  'no journal': { noJournal: true },
};

/** Rows as lines of a file: a reader tells them apart by name, and a line torn by death is written again. */
class FileRows implements RowSink {
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'rows.ndjson');
  }

  send(rows: readonly Row[]): Promise<void> {
    appendFileSync(this.#file, rows.map((row) => `\n${JSON.stringify(row)}`).join(''));
    return Promise.resolve();
  }
}

async function main(task: WorkerTask): Promise<void> {
  let turn = 0;
  let occurrence = 0;
  const faults = (step: Step): void => {
    if (step === task.death?.step && ++occurrence === task.death.occurrence) process.kill(process.pid, 'SIGKILL');
  };
  const now_ms = (): number => (task.clock === 'turn' ? turn_ms(turn) : Math.floor(Date.now() / coarse_ms) * coarse_ms);
  const { engine } = openEmbedded({
    ...toyOptions,
    folder: task.folder,
    clock: { now_ms },
    rows: new FileRows(task.folder),
    faults,
    replace: bugs[task.bug],
    onFailure: (error) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(3);
    },
  });
  turn = Number((await engine.log.position('turns')) ?? -1) + 1;
  const publish = (): Promise<void> =>
    engine.publish({ source: 'turns', position: String(turn), events: turnEvents(task.seed, turn) });
  // What arrives while a process is dead may sort before what it had taken: its append time is the same.
  if (task.clock === 'coarse' && turn > 0 && turn < task.turns) {
    await publish();
    turn++;
  }
  await engine.start();
  process.stdout.write('ready\n');
  for (; turn < task.turns; turn++) {
    await publish();
    if (turn % 5 === 0) await engine.drain();
  }
  await engine.drain();
  await engine.stop();
  process.stdout.write('done\n');
}

await main(workerTask.parse(JSON.parse(process.argv[2] ?? '{}')));
