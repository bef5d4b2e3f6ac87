/**
 * One instance of the engine on Kafka, in a process of its own. Told by one JSON argument what to run, and by lines on its
 * input what to do; says what happens in lines on its output.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Step } from '../../../engine/commit-path/faults.ts';
import { openKafka, type KafkaEngine } from '../../../engine/kafka/kafka.ts';
import type { Replaceable } from '../../../engine/options.ts';
import type { Row, RowSink } from '../../../engine/ports.ts';
import { faultOptions } from './options.ts';
import { topologyOf } from './topology.ts';
import { coarse, order, workerTask, type Bug, type Said, type WorkerTask } from './protocol.ts';

const replaced: Readonly<Record<Bug, Replaceable>> = {
  none: {},
  'no watermark': { watermarks: () => ({ seen: () => false, stored: () => ({}) }) },
  'no epoch': { noEpoch: true },
  'send before commit': { sendBeforeCommit: true },
  'no journal': { noJournal: true },
  // Planted in what is run, not in how.
  'forgetful upcast': {},
  'forgetful upcast of a part': {},
};

const say = (line: Said): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** Rows as lines of a file: told apart by name, and a line torn by a death is written again. */
class FileRows implements RowSink {
  lies = 0;
  readonly #file: string;

  constructor(folder: string) {
    this.#file = join(folder, 'rows.ndjson');
  }

  async send(rows: readonly Row[]): Promise<void> {
    appendFileSync(this.#file, rows.map((row) => `\n${JSON.stringify(row)}`).join(''));
    if (this.lies === 0) return;
    this.lies--;
    say({ event: 'lied' });
    await Promise.reject(new Error('the sink says that it failed'));
  }
}

/** How long it may take to end in order after a failure. */
const stop_within_ms = 60_000;

/**
 * Ends in order, as whoever is told of a failure ends the program: what other groups have under way is finished. One that
 * still begins ends once it has begun.
 */
async function endOf(engine: KafkaEngine, starting: Promise<void>, code: number): Promise<void> {
  if (code !== 0) setTimeout(() => process.exit(code), stop_within_ms);
  await starting.catch(() => undefined);
  await engine.stop();
  process.exit(code);
}

async function main(task: WorkerTask): Promise<void> {
  const rows = new FileRows(task.folder);
  let death: { step: Step; left: number } | undefined;
  let off_by_ms = 0;
  let isFailing = false;
  const engine = await openKafka({
    ...faultOptions,
    topology: topologyOf(task.code, task.bug),
    kafka: { brokers: task.brokers, client_id: task.name, topic_prefix: `${task.namespace}.` },
    redis_url: task.redis_url,
    namespace: task.namespace,
    sharing: task.session_ms === null ? null : { session_ms: task.session_ms },
    stamps: task.stamps === 'broker' ? 'broker' : 'clock',
    clock: { now_ms: () => (task.stamps === 'broker' ? Date.now() : coarse(Date.now())) + off_by_ms },
    code: task.code,
    rows,
    replace: replaced[task.bug],
    faults: (step) => {
      if (step === death?.step && --death.left === 0) process.kill(process.pid, 'SIGKILL');
    },
    onTrouble: (error) => say({ event: 'trouble', text: String(error) }),
    onFailure: (error, { group, partition }) => {
      if (isFailing) return;
      isFailing = true;
      say({ event: 'failed', text: `${group} ${partition}: ${String(error)}` });
      end(3);
    },
  });
  let starting = Promise.resolve();
  const end = (code: number): void => void endOf(engine, starting, code);
  createInterface({ input: process.stdin }).on('line', (line) => {
    const given = order.parse(JSON.parse(line));
    if (given.do === 'die') death = { step: given.step, left: given.occurrence };
    else if (given.do === 'lie') rows.lies = given.times;
    else if (given.do === 'clock') {
      ({ off_by_ms } = given);
      say({ event: 'clock' });
    } else if (!isFailing) end(0);
  });
  await (starting = engine.start());
  say({ event: 'ready' });
}

process.on('unhandledRejection', (error) => {
  say({ event: 'failed', text: `nobody waited for: ${String(error instanceof Error ? error.stack : error)}` });
  process.exit(4);
});
main(workerTask.parse(JSON.parse(process.argv[2] ?? '{}'))).catch((error: unknown) => {
  say({ event: 'failed', text: `at its start: ${String(error)}` });
  process.exit(5);
});
