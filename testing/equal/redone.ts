/**
 * The embedded engine on a copy of another engine's log: it finds the journals there, and nothing committed, so it does
 * every batch again, in their order. What it emits comes behind the copy, where its groups drop it by its name.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HandClock } from '../../engine/driver/driver.ts';
import { openEmbedded } from '../../engine/embedded/embedded.ts';
import { isJournal, type EngineOptions } from '../../engine/options.ts';
import type { Log, LogRecord, Row } from '../../engine/ports.ts';
import { readRange } from '../../engine/read-range.ts';
import { silent } from '../../engine/state/rebuild.ts';
import type { AnyProcessor } from '../../topology/processor.ts';
import type { VectorStore } from '../../ports/vectors/port.ts';
import type { Topology } from '../../topology/topology.ts';
import type { CopiedLog } from './copied-log.ts';
import { statesOf, type States } from './states.ts';

/** What an engine writes outside the log. */
export interface Written {
  readonly rows: Row[];
  readonly vectors: VectorStore;
}

export interface Redone extends Written {
  /** What was emitted, in any order. */
  readonly emitted: readonly LogRecord[];
  readonly states: States;
}

/** The one caller whose answers are a function of what it is asked; others are not asked, their answers are in the log. */
const asked = 'rag-memory.index';

const isAsked = ({ wiring, call }: AnyProcessor): boolean => call === undefined || wiring.group === asked;

/** Groups that do their work again. */
export const groupsRedone = ({ processors }: Topology): ReadonlySet<string> =>
  new Set(processors.filter(isAsked).map(({ wiring }) => wiring.group));

/** @param options as the log was made with; what its groups ask must write to `written` */
export async function redone(
  copied: CopiedLog,
  options: Omit<EngineOptions, 'clock' | 'rows'>,
  written: Written,
): Promise<Redone> {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-equal-'));
  const failures: unknown[] = [];
  const clock = new HandClock(0);
  const processors = options.topology.processors.map((one) => (isAsked(one) ? one : silent(one)));
  const { engine, log } = openEmbedded({
    ...options,
    topology: { ...options.topology, processors },
    clock,
    folder: join(folder, 'data'),
    rows: { send: (sent) => Promise.resolve(void written.rows.push(...sent)) },
    onFailure: (error) => failures.push(error),
  });
  try {
    await copy(copied, log, clock);
    await engine.start();
    await engine.drain();
    if (failures.length > 0) throw failures[0];
    return { ...written, emitted: await behind(copied, log), states: await statesOf(engine) };
  } finally {
    await engine.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Records get their offsets by their order, and their times by the clock. */
async function copy(copied: CopiedLog, log: Log, clock: HandClock): Promise<void> {
  let newest_ms = 0;
  for (const records of copied.values())
    for (let from = 0; from < records.length;) {
      const at_ms = records[from]?.appended_ms ?? 0;
      let to = from;
      while (records[to]?.appended_ms === at_ms) to++;
      clock.set(at_ms);
      newest_ms = Math.max(newest_ms, at_ms);
      await log.append(records.slice(from, to).map(({ decoded: _decoded, ...record }) => record));
      from = to;
    }
  clock.set(newest_ms);
}

/** What stands behind the copy of each partition. */
async function behind(copied: CopiedLog, log: Log & { topics(): readonly string[] }): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  for (const topic of log.topics().filter((name) => !isJournal(name)))
    for (let partition = 0; partition < log.partitions; partition++) {
      const from = copied.get(`${topic}|${partition}`)?.length ?? 0;
      const { end } = await log.range(topic, partition);
      for await (const record of readRange(log, topic, partition, from, end)) found.push(record);
    }
  return found;
}
