/** The last events of the log decided again, by the code as it is. */
import { Counterparts } from '../../engine/backtest/counterparts.ts';
import { coverageOf } from '../../engine/backtest/coverage.ts';
import { HistoryRun } from '../../engine/backtest/history-run.ts';
import { newestOf, sinceNewest } from '../../engine/backtest/newest-log.ts';
import type { RecordedHistory } from '../../engine/backtest/recorded.ts';
import { windows } from '../../engine/backtest/windows.ts';
import type { EngineEvent } from '../../engine/engine.ts';
import { journalTopic } from '../../engine/options.ts';
import type { WholePolicy } from '../../policy/policy.ts';
import { FlywheelError } from '../../topology/errors.ts';
import { plain } from '../operations/events/view.ts';
import { z } from 'zod';
import type { Decided, Made } from './made.ts';

/** Records of a partition of a topic before those that are compared, from which state comes about. */
const lead_in_records = 50_000;

export interface DecideAgainOptions {
  /** Events whose decisions are listed. */
  readonly last: number;
  /** Those that reached the log from one time to another instead, UTC epoch milliseconds. */
  readonly span: { readonly since_ms: number; readonly until_ms: number } | null;
  /** Null: as the log brought them into force. */
  readonly policy: WholePolicy | null;
  /** Names the history in errors. */
  readonly data_folder: string;
}

/**
 * All groups that decide without an answer from outside decide again; what such answers came into is taken as it was
 * recorded. @throws FlywheelError `history.empty`
 */
export async function decideAgain(
  { options, log: whole }: RecordedHistory,
  { last, span, policy, data_folder }: DecideAgainOptions,
): Promise<Decided> {
  const deciders = options.topology.processors.filter(({ call }) => call === undefined);
  const coverage = coverageOf(
    options.topology,
    deciders.flatMap(({ wiring }) => wiring.emits.map(({ name }) => name)),
  );
  const journals = coverage.processors.map(({ wiring }) => journalTopic(wiring.group));
  const cut = [...coverage.sources, ...coverage.made, ...journals];
  const log = await newestOf(whole, cut, last + lead_in_records);
  const found = span ?? (await sinceNewest(log, coverage.sources, last));
  if (found === null) throw new FlywheelError('history.empty', { path: data_folder, where: '' });
  const { since_ms, until_ms } = found;
  const counterparts = await Counterparts.of(log, coverage.between);
  const run = await HistoryRun.start({ options, log, coverage, counterparts, policy });
  const decisions: Made[] = [];
  let events = 0;
  try {
    for await (const window of windows({ log, coverage, policy_topic: options.policy.topic, until_ms })) {
      const made = await run.take(window);
      events += window.sources.filter(({ appended_ms }) => appended_ms >= since_ms).length;
      decisions.push(...made.filter(({ record }) => record.appended_ms >= since_ms).map(madeOf));
    }
  } finally {
    await run.stop();
  }
  return { since_ms, until_ms, events, decisions };
}

const fields = z.record(z.string(), z.unknown());

function madeOf({ record, value, error }: EngineEvent): Made {
  const said = value === null ? { error } : fields.parse(plain(value));
  const ids = Object.entries(said).filter(([name, id]) => /_id$|^hour_ms$|^family$/.test(name) && id !== null);
  const about = ids.map(([name, id]) => `${name.replace(/_id$/, '')} ${String(id)}`).join(', ');
  return { topic: record.topic, account_id: record.key, about, value: said };
}
