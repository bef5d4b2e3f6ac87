/** The whole topology with real ports in this process, and what can be seen of a run of it. */
import { plain } from '../app/operations/events/view.ts';
import type { EngineOptions } from '../engine/options.ts';
import { nameOf, type Row } from '../engine/ports.ts';
import type { Runtime } from '../engine/runtime.ts';
import { hashedEmbeddings } from '../ports/embeddings/hashed/hashed.ts';
import { memoryTrainingData, type ArchivedRows } from '../ports/training-data/memory/memory.ts';
import { xgboostTrainer } from '../ports/trainer/xgboost/xgboost.ts';
import { InProcessVectors } from '../ports/vectors/in-process/in-process.ts';
import type { VectorStore } from '../ports/vectors/port.ts';
import { topologyOf } from '../processors/index.ts';
import { testOptions } from './options.ts';
import { takenRecords } from './taken-records.ts';

/** A store of vectors as `wholeOptions` has it; it outlives an engine as a server would. */
export const vectorStore = (): VectorStore => new InProcessVectors(hashedEmbeddings.dimensions);

/** Engine options; `archive` holds the rows that were written so far. A dead letter fails the test. */
export function wholeOptions(
  archive: ArchivedRows,
  vectors: VectorStore = vectorStore(),
): Omit<EngineOptions, 'clock' | 'rows'> {
  const { processors } = topologyOf(
    {
      memory: {
        embeddings: hashedEmbeddings,
        vectors,
        lacking: () => null,
        later: () => undefined,
      },
      notify: { channels: () => ({}) },
      actuals: { platform: () => null },
      budgets: { platform: () => null, stopped: () => Promise.resolve(null) },
      training: { trainer: xgboostTrainer(), data: memoryTrainingData(archive) },
    },
    'secret',
  );
  return testOptions(processors);
}

export interface Seen {
  readonly state: readonly string[];
  readonly events: readonly string[];
  readonly rows: readonly string[];
}

/** Coordinates of causes: an event that was delivered twice moves the offsets of those after it. */
const withoutNames = (json: string): string => json.replaceAll(/[a-z.-]+\/\d+\/[a-z.]+\/\d+\/\d+\/\d+/g, 'name');

/** State of all groups, events as a reader takes them, rows as a table shows them. */
export async function wholeSeen(engine: Runtime, rows: readonly Row[]): Promise<Seen> {
  const [state, events]: [string[], string[]] = [[], []];
  for (const { wiring } of engine.topology.processors)
    for await (const { key, stateKey, state: value } of engine.scan(wiring.group)) {
      state.push(`${wiring.group} ${key} ${stateKey} ${JSON.stringify(plain(value))}`);
      for await (const [name, part] of engine.parts(wiring.group, key, stateKey))
        state.push(`${wiring.group} ${key} ${stateKey} ${name} ${JSON.stringify(plain(part))}`);
    }
  for (const { name: topic } of engine.topology.topics)
    for await (const record of takenRecords(engine, topic))
      events.push(`${topic} ${JSON.stringify(plain(engine.decoded(record).value))}`);
  const distinct = new Map(rows.map((row) => [`${row.table} ${nameOf(row.name)}`, JSON.stringify(plain(row.value))]));
  const table = [...distinct].map(([name, value]) => `${name.split(' ')[0] ?? ''} ${value}`);
  const sorted = (lines: readonly string[]): readonly string[] => lines.map(withoutNames).sort();
  return { state: sorted(state), events: sorted(events), rows: sorted(table) };
}

/**
 * What the saga of budgets makes of what it is asked hangs on what comes first, a tick or the evidence, which another
 * engine or a death may change: its journal keeps one order for each life, which `madeAgain` holds its state and all
 * that it emitted to, and `npm run -s faults -- money` judges it by what the platform sees. What people are told in one message, and when, hangs on the order in the same way,
 * and alerts tell of the saga.
 */
const ofSaga = /^(budget[-._](executor|call|pool|change[._]progressed)|alerts?[._ ]|notification[._]|digest[._])/;
export const withoutSaga = ({ state, events, rows }: Seen): Seen => {
  const others = (lines: readonly string[]): readonly string[] => lines.filter((line) => !ofSaga.test(line));
  return { state: others(state), events: others(events), rows: others(rows) };
};
