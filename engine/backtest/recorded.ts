/** Recorded history as backtests read it, wherever it is kept. */
import { journalTopic, type EngineOptions } from '../options.ts';
import type { Log } from '../ports.ts';

export interface RecordedHistory {
  /** What the history was decided with, processors included. */
  readonly options: EngineOptions;
  /** The log as it was when it was opened; it takes nothing. */
  readonly log: Log;
  readonly close: () => Promise<void>;
}

/**
 * All topics, those first that groups emit, then journals. Their ranges are to be asked for in this order: while others
 * go on, a decision may then lack in the log that is read, but never what it was made on.
 */
export const emittedFirst = ({ topology }: Pick<EngineOptions, 'topology'>): readonly string[] => {
  const emitted = topology.processors.flatMap(({ wiring }) => wiring.emits);
  const journals = topology.processors.map(({ wiring }) => journalTopic(wiring.group));
  return [...new Set([...emitted.map(({ name }) => name), ...journals, ...topology.topics.map(({ name }) => name)])];
};
