/** Recorded history decided again, under its own policies and under another one, and what comes out otherwise. */
import { Counterparts } from '../../engine/backtest/counterparts.ts';
import { coverageOf, type Coverage } from '../../engine/backtest/coverage.ts';
import { RecordedDecisions } from '../../engine/backtest/decisions.ts';
import { HistoryRun } from '../../engine/backtest/history-run.ts';
import { keptFrom, type Kept } from '../../engine/backtest/kept.ts';
import { windows, type Window } from '../../engine/backtest/windows.ts';
import type { RecordedHistory } from '../../engine/backtest/recorded.ts';
import type { EngineEvent } from '../../engine/engine.ts';
import type { Log, LogRecord } from '../../engine/ports.ts';
import { policyChanges, type PolicyChange } from '../../policy/changes.ts';
import type { WholePolicy } from '../../policy/policy.ts';
import { experimentDeclared } from '../../schemas/index.ts';
import { trueAds } from '../../ports/ad-platform/simulated/truth.ts';
import { FlywheelError } from '../../topology/errors.ts';
import { Directory } from '../operations/names/directory.ts';
import { wholePolicyInForce } from '../policy-in-force.ts';
import { parsePosition } from '../sources/simulated-position.ts';
import { source_name as simulated } from '../sources/simulated.ts';
import { z } from 'zod';
import { compared_topics, Decisions } from './decisions.ts';
import { Truth, type Effect } from './effect.ts';
import { Fidelity, type TopicFidelity } from './fidelity.ts';
import type { OccurrenceDifference, OccurrencesCompared } from './occurrences.ts';
import { Splits, type CampaignSplits, type Split } from './splits.ts';

export interface BacktestOptions {
  readonly policy: WholePolicy;
  /** Null: all accounts. */
  readonly account_id: string | null;
  /** Decisions before this are made, and not compared, UTC epoch milliseconds. */
  readonly since_ms: number;
  /** Nothing that reached the log after this is decided on. */
  readonly until_ms: number;
  /** Names the history in errors. */
  readonly data_folder: string;
  readonly now_ms: () => number;
  /** `done` of `total` events of sources. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface BacktestReport {
  readonly policy: {
    /** Version in force at the end of the history. */
    readonly recorded: string;
    /** Policies that the history brought into force, one after the other. */
    readonly recorded_changes: number;
    readonly other: string;
    readonly changes: readonly PolicyChange[];
  };
  readonly history: {
    readonly events: number;
    readonly from_ms: number;
    readonly to_ms: number;
    /** Topics whose first records are no longer kept: what was decided on them is not known. */
    readonly cut: readonly string[];
    /**
     * Groups that decided in the order of times, as far as their journals do not say in which order they took their
     * records: records they took so.
     */
    readonly by_time: readonly { readonly group: string; readonly records: number }[];
  };
  readonly groups: { readonly covered: readonly string[]; readonly left_out: readonly string[] };
  /** What other groups had decided stays as recorded: what it would have been under the other policy is not known. */
  readonly as_recorded: readonly { readonly topic: string; readonly events: number }[];
  readonly fidelity: readonly TopicFidelity[];
  /** Records that groups refused, under each policy. */
  readonly refused: { readonly recorded: number; readonly other: number };
  readonly winners: OccurrencesCompared;
  readonly withdrawals: OccurrencesCompared;
  readonly alarms: OccurrencesCompared;
  readonly splits: readonly CampaignSplits[];
  /** Null where the true rates are not known. */
  readonly effect: Effect | null;
  readonly elapsed_ms: number;
}

/** A decision reaches the log at most so long after what it was made on was taken, about. */
const most_delay_ms = 3_600_000;

const declaredShape = z.object({ account_id: z.string(), campaign_id: z.string(), design: z.string() });

/** All that is kept while the history passes. */
class Comparison {
  readonly recorded: Decisions;
  readonly other: Decisions;
  readonly splits = new Splits();
  readonly fidelity: Fidelity;
  /** Campaigns that assign users at random or only observe: no budget follows their proposals. */
  readonly fixed = new Set<string>();
  /** Events of topics that stay as recorded. */
  readonly as_recorded: Map<string, number>;
  /** Records taken in the order of times, by group. */
  readonly by_time = new Map<string, number>();
  events = 0;
  from_ms = Infinity;
  to_ms = -Infinity;
  readonly #since_ms: number;
  readonly #decided: RecordedDecisions;
  /** Whether the log still holds what was decided at the moment of a decision. */
  readonly #kept: Kept;

  constructor(
    { account_id, since_ms }: BacktestOptions,
    coverage: Coverage,
    dead_letters: string,
    kept: Kept,
    decided: RecordedDecisions,
  ) {
    this.#since_ms = since_ms;
    this.#kept = kept;
    this.#decided = decided;
    // What was made at the very end may not have reached the log yet where its program runs.
    this.fidelity = new Fidelity(coverage.made, (record) => kept(record) && record.appended_ms < decided.newest_ms);
    this.as_recorded = new Map(coverage.as_recorded.map((topic) => [topic, 0]));
    this.recorded = new Decisions(account_id, dead_letters);
    this.other = new Decisions(account_id, dead_letters);
  }

  async take(window: Window, control: HistoryRun, other: HistoryRun): Promise<void> {
    const again = await control.take(window);
    const made = await other.take(window);
    const decided = await this.#decided.take(window.until_ms, control);
    const decode = (record: LogRecord): EngineEvent => control.engine.decoded(record);
    this.fidelity.take(
      decided.filter((record) => this.#kept(record)).map(decode),
      again.filter(({ record }) => this.#kept(record, most_delay_ms)),
    );
    const isCompared = ({ at_ms }: Split): boolean => at_ms >= this.#since_ms;
    this.splits.take(this.recorded.take(again).filter(isCompared), this.other.take(made).filter(isCompared));
    for (const record of window.sources) if (record.topic === experimentDeclared.name) this.#declare(decode(record));
    this.#count(window);
  }

  #declare({ value }: EngineEvent): void {
    const declared = declaredShape.safeParse(value);
    if (declared.success && declared.data.design !== 'parallel')
      this.fixed.add(`${declared.data.account_id}\u0000${declared.data.campaign_id}`);
  }

  #count({ sources, taken }: Window): void {
    this.events += sources.length;
    for (const { group, lines } of taken)
      for (const { records, by_time } of lines)
        if (by_time) this.by_time.set(group, (this.by_time.get(group) ?? 0) + records.length);
    for (const { topic, appended_ms } of sources) {
      const events = this.as_recorded.get(topic);
      if (events !== undefined) this.as_recorded.set(topic, events + 1);
      this.from_ms = Math.min(this.from_ms, appended_ms);
      this.to_ms = Math.max(this.to_ms, appended_ms);
    }
  }
}

/** @throws FlywheelError `history.empty` where there is nothing to decide on */
export async function backtest(history: RecordedHistory, options: BacktestOptions): Promise<BacktestReport> {
  const started_ms = options.now_ms();
  const { log } = history;
  const coverage = coverageOf(history.options.topology, compared_topics);
  const comparison = new Comparison(
    options,
    coverage,
    history.options.deadLetters.topic,
    await keptFrom(log, coverage.made),
    await RecordedDecisions.open(log, coverage),
  );
  const total = await recordsOf(log, coverage.sources);
  if (total === 0) throw new FlywheelError('history.empty', { path: options.data_folder, where: '' });
  const counterparts = await Counterparts.of(log, coverage.between);
  const of = { options: history.options, log, coverage, counterparts };
  const control = await HistoryRun.start({ ...of, policy: null });
  const other = await HistoryRun.start({ ...of, policy: options.policy });
  try {
    const { until_ms } = options;
    for await (const window of windows({ log, coverage, policy_topic: history.options.policy.topic, until_ms })) {
      await comparison.take(window, control, other);
      options.onProgress?.(comparison.events, total);
    }
    if (comparison.events === 0 || comparison.to_ms < options.since_ms)
      throw new FlywheelError('history.empty', { path: options.data_folder, where: ' in this span of time' });
    const in_force = await wholePolicyInForce(control.engine);
    const names = new Directory();
    await names.open(control.engine);
    return {
      ...(await reportOf(history, coverage, comparison, options, names)),
      policy: {
        recorded: in_force.version,
        recorded_changes: await endOf(control.engine.log, history.options.policy.topic),
        other: options.policy.version,
        changes: policyChanges(in_force, options.policy),
      },
      elapsed_ms: options.now_ms() - started_ms,
    };
  } finally {
    await control.stop();
    await other.stop();
  }
}

async function reportOf(
  { log }: RecordedHistory,
  coverage: Coverage,
  comparison: Comparison,
  { since_ms }: BacktestOptions,
  names: Directory,
): Promise<Omit<BacktestReport, 'policy' | 'elapsed_ms'>> {
  const { recorded, other, fidelity, events, from_ms, to_ms } = comparison;
  const splits = comparison.splits.campaigns();
  return {
    history: {
      events,
      from_ms,
      to_ms,
      cut: await cutTopics(log, coverage.sources),
      by_time: [...comparison.by_time].map(([group, records]) => ({ group, records })),
    },
    groups: { covered: coverage.processors.map(({ wiring }) => wiring.group), left_out: coverage.left_out },
    as_recorded: [...comparison.as_recorded].map(([topic, count]) => ({ topic, events: count })),
    fidelity: fidelity.topics(),
    refused: { recorded: recorded.refused, other: other.refused },
    winners: named(
      recorded.winners.comparedWith(other.winners, since_ms, (missing) => other.standing(missing)),
      names,
    ),
    withdrawals: named(
      recorded.withdrawals.comparedWith(other.withdrawals, since_ms, () => 'not withdrawn'),
      names,
    ),
    alarms: named(
      recorded.alarms.comparedWith(other.alarms, since_ms, () => 'no alarm by the end'),
      names,
    ),
    splits,
    effect: await effectOf(log, comparison, splits, since_ms),
  };
}

/** Reasons with what people call the ads. */
function named(compared: OccurrencesCompared, names: Directory): OccurrencesCompared {
  const reasonOf = ({ reason, account_id, ad_id }: OccurrenceDifference): string =>
    names.withAdNames(reason, account_id, [ad_id]);
  return { ...compared, differences: compared.differences.map((one) => ({ ...one, reason: reasonOf(one) })) };
}

async function effectOf(
  log: Log,
  { recorded, other, fixed }: Comparison,
  splits: readonly CampaignSplits[],
  since_ms: number,
): Promise<Effect | null> {
  const position = await log.position(simulated);
  if (position === undefined) return null;
  const { seed, platform } = parsePosition(position);
  const truth = new Truth(trueAds(seed, platform.hours));
  const follows = ({ account_id, campaign_id }: CampaignSplits): boolean =>
    !fixed.has(`${account_id}\u0000${campaign_id}`);
  const since = ({ winners }: Decisions): Effect['winners']['recorded'] =>
    truth.winners(winners.all.filter(({ at_ms }) => at_ms >= since_ms));
  return {
    winners: { recorded: since(recorded), other: since(other) },
    clicks: truth.clicks(splits, follows),
  };
}

const endOf = async (log: Log, topic: string): Promise<number> => (await log.range(topic, 0)).end;

async function recordsOf(log: Log, topics: readonly string[]): Promise<number> {
  let records = 0;
  for (const topic of topics)
    for (let partition = 0; partition < log.partitions; partition++) {
      const { start, end } = await log.range(topic, partition);
      records += end - start;
    }
  return records;
}

async function cutTopics(log: Log, topics: readonly string[]): Promise<readonly string[]> {
  const cut = new Set<string>();
  for (const topic of topics)
    for (let partition = 0; partition < log.partitions; partition++)
      if ((await log.range(topic, partition)).start > 0) cut.add(topic);
  return [...cut];
}
