/**
 * What people and programs can ask of a Flywheel. The command line and the page both speak this interface: in
 * process where the engine runs, over HTTP (`POST /api/operations/<name>`) from another process. Every value is
 * plain JSON; bytes are base64.
 */
import type { ActualsReport, RequestedActuals } from './actuals/view.ts';
import type { AlertNews, AlertOperations } from './alerts/view.ts';
import type { ExportOperations } from './tables/export-view.ts';
import type { ApplicationsView } from '../../processors/creative-dna/applications.ts';
import type { ScoreView, WhyView } from '../../processors/creative-dna/views.ts';
import type { KnownAd, NewCreative, WonAd } from './creatives/creative.ts';
import type { FatigueReport, MemoryQuestion, MemoryView } from './memory/view.ts';
import type { AccountModels, AskedRollback, RollbackRequest } from './predictions/models-view.ts';
import type { AccountCycle, AskedCycle, CycleRequest } from './cycles/view.ts';
import type { ActivatedPolicy, PolicyStep, PolicyView, ProposedPolicy, Signed } from './policy/view.ts';
import type { VariationChoice, VariationQueue } from './creatives/variation-view.ts';
import type { Promotions } from './money/promotions.ts';
import type { Reconciliation } from './money/reconcile.ts';
import type { KeyView } from '../access/keys.ts';
import type { NewKeyRequest } from './running/keys.ts';
import type { LearningView } from './predictions/learning-view.ts';
import type { GroupStatus } from '../../engine/engine.ts';
import type { Rebuilt } from '../../engine/state/rebuild.ts';
import type { NicheView } from '../../processors/cross-learning/views.ts';
import type { Advice } from './advice/advice.ts';
import type {
  ExperimentDetail,
  ExperimentFilter,
  ExperimentPage,
  ExperimentRow,
  Posterior,
  SeriesPoint,
  WaitsFor,
} from './experiments/view.ts';
import type { MoneyOperations, MoneyStanding } from './money/view.ts';
import type { BacktestJob } from './policy/backtest-results.ts';
import type { NicheStanding, ShareRequest } from './niche/view.ts';
import type { RedrivePlan } from './dead-letters/redrive-view.ts';
import type { PolicyField } from './policy/fields.ts';
import type { Edited, RunAgain } from './decisions/run-again.ts';
import type { StepTime } from './running/step-times.ts';
import type { AccountChanged, VariationDecided } from '../../schemas/index.ts';

/** An event as shown to people: coordinates, name if it is ours, and value or why there is none. */
export interface EventView {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly appended_ms: number;
  readonly key: string;
  /** `nameOf` the event: the decision id in links. Null for events of sources. */
  readonly id: string | null;
  readonly value: Readonly<Record<string, unknown>> | null;
  readonly error: string | null;
}

export type SourceKind = 'simulated' | 'replay' | 'meta' | 'none';

/** Speed of a source's clock: 0 pauses, 1 is real time, 'max' as fast as it can. */
export type Speed = number | 'max';

export interface SourceStatus {
  readonly kind: SourceKind;
  readonly name: string;
  readonly speed: Speed;
  /** The source's own clock, UTC epoch milliseconds; null where it has none. */
  readonly clock_ms: number | null;
  /** Share done of a source that ends, or of the history that it reads back; null for one that does neither. */
  readonly progress: number | null;
  readonly events_total: number;
  readonly finished: boolean;
  /** How each ad account of a platform stands; none where the source is no platform. */
  readonly accounts: readonly SourceAccount[];
}

/** An ad account that is read from a platform. */
export interface SourceAccount {
  readonly account_id: string;
  /** `stale`: it was not read for longer than it may be; `failing`: the last try to read it failed. */
  readonly state: 'back-fill' | 'fresh' | 'stale' | 'failing';
  /** Share of its history that is read; null once all of it is. */
  readonly progress: number | null;
  /** When its last days were read, UTC epoch milliseconds; null before that. */
  readonly read_ms: number | null;
  readonly problem: string | null;
}

export interface Summary {
  readonly events: number;
  readonly events_per_s: number;
  readonly experiments: number;
  readonly winners: number;
  readonly withdrawn: number;
  /** Experiments whose data ended (or still run) without an arm that may be announced. */
  readonly undecided: number;
  readonly blocked: number;
  /** Observational experiments: they have a leader, never a winner. */
  readonly leaders: number;
  /** What an unadjusted z-test at .05 would claim on the same final data. */
  readonly z_test_claims: number;
  /** What z-tests looked at once would claim at a false discovery rate of .05 over all experiments. */
  readonly z_test_claims_adjusted: number;
  readonly allocations: number;
  readonly dead_letters: number;
  readonly alpha: number;
}

export interface Status {
  readonly version: string;
  readonly engine: 'embedded' | 'kafka' | 'driver';
  readonly data_folder: string;
  readonly resumed_at: number | null;
  readonly money: MoneyStanding;
  readonly started_ms: number;
  readonly now_ms: number;
  readonly policy_version: string | null;
  /** What the source was started with: `source.speed` is what it was changed to since. */
  readonly configured_speed: Speed;
  readonly source: SourceStatus;
  readonly groups: readonly (GroupStatus & { readonly events_per_s: number })[];
  readonly topics: readonly {
    readonly topic: string;
    readonly records: number;
    readonly records_per_s: number;
    /** Partitions that hold each record: 1, or all of them for a topic without a key, whose records count that often. */
    readonly copies: number;
  }[];
  readonly summary: Summary;
}

/** One partition of a group: records that it has before it, and those that its upstream groups have before them. */
export interface LagRow {
  readonly group: string;
  readonly partition: number;
  readonly own: number;
  /** Records that wait upstream, of which some will become records for this group. */
  readonly inherited: number;
  /** Batches whose effects are still on their way to the log and the stores. */
  readonly undelivered: number;
  readonly state: GroupStatus['state'];
  readonly reason: string | null;
  /** Whether the process that answers works on it. */
  readonly here: boolean;
  readonly last_event_ms: number | null;
}

export interface TopologyView {
  readonly groups: readonly {
    readonly name: string;
    readonly description: string;
    readonly reads: readonly string[];
    readonly emits: readonly string[];
    readonly writes: readonly string[];
  }[];
  readonly topics: readonly {
    readonly name: string;
    readonly description: string;
    readonly partition_key: string | null;
    readonly written_by: string | null;
    readonly read_by: string | null;
  }[];
}

export type { ExperimentDetail, ExperimentPage, ExperimentRow, Posterior, SeriesPoint, WaitsFor };

/** A decision as one line: `winner.detected`, `winner.withdrawn` or `allocation.proposed`. */
export interface DecisionRow {
  readonly id: string;
  readonly topic: string;
  readonly group: string;
  readonly account_id: string;
  readonly entity: string;
  readonly result: string;
  /** What it was decided on is as of this time. */
  readonly at_ms: number;
  /** When it was decided; a winner that others of its family let in has older evidence. */
  readonly appended_ms: number;
}

export interface DeadLetterRow {
  /** `partition:offset` in the dead-letter topic. */
  readonly id: string;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly stage: string;
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
  readonly at_ms: number;
  /** What became of it; null while it waits. */
  readonly settled: 'redriven' | 'discarded' | null;
}

/** What each decoder said about a dead letter's bytes. */
export interface DeadLetterDetail extends DeadLetterRow {
  readonly key: string | null;
  readonly value_base64: string | null;
  readonly value_bytes: number;
  readonly magic_byte: number | null;
  readonly schema_id: number | null;
  readonly schema_name: string | null;
  readonly decoders: readonly {
    readonly decoder: string;
    readonly ok: boolean;
    readonly said: string;
    readonly value: unknown;
  }[];
  readonly headers: Readonly<Record<string, string>>;
}

export interface Explanation {
  readonly decision: EventView;
  readonly group: string;
  /** What people call the experiment or campaign that it is about. */
  readonly entity: string;
  /** Which of the group's states decided, within its record key. */
  readonly state_key: string;
  /** The record whose handling made the decision. */
  readonly cause: EventView;
  /** From the cause back to the record that no group here made; the cause alone where that is it. */
  readonly chain: readonly EventView[];
  /** Raw events behind it: those taken for the same state key up to the last of `chain`, newest first, limited. */
  readonly inputs: readonly EventView[];
  readonly inputs_total: number;
  readonly state_before: unknown;
  /** Sub-records of that state, by name. */
  readonly parts_before: Readonly<Record<string, unknown>>;
  readonly state_version: number;
  readonly part_version: number;
  readonly policy_version: string;
  readonly policy: unknown;
  /** The rule's numbers, by name. */
  readonly numbers: Readonly<Record<string, number | string | null>>;
  readonly words: string;
  /** Whether deciding again from the log gives the same event. */
  readonly reproduced: boolean;
}

/** What an event caused, forward. */
export interface FollowNode {
  readonly event: EventView;
  /** What the event says, where it is a decision. */
  readonly words: string | null;
  readonly caused: readonly FollowNode[];
  /** Groups that read the event and have not handled it yet. */
  readonly pending: readonly string[];
  /** Groups that took the event into their state and made nothing of it by itself. */
  readonly kept: readonly string[];
}

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly elapsed_ms: number;
  readonly truncated: boolean;
}

export interface PublishReport {
  readonly accepted: number;
  /** How far the log has taken the source; null without a source, or before its first lines. */
  readonly position: string | null;
  readonly rejected: readonly { readonly line: number; readonly field: string | null; readonly message: string }[];
}

export interface RebuildReport extends Rebuilt {
  /** Whether nothing differs, which what cannot be read does. */
  readonly equal: boolean;
  readonly elapsed_ms: number;
}

export interface Operations extends AlertOperations, ExportOperations, MoneyOperations {
  status(): Promise<Status>;
  topology(): Promise<TopologyView>;
  /** What each group has before it, and what waits upstream, by partition. */
  lag(of: { readonly group?: string }): Promise<readonly LagRow[]>;
  /** What the figures of this moment say that somebody should look at. */
  advice(): Promise<readonly Advice[]>;
  /** How long each step of a batch takes, by group, in the process that answers. */
  step_times(): Promise<readonly StepTime[]>;
  experiments(filter: ExperimentFilter): Promise<ExperimentPage>;
  /** One experiment; its series and posteriors up to `until_ms` where that is given. */
  experiment(id: {
    readonly account_id: string;
    readonly experiment_id: string;
    readonly until_ms?: number;
  }): Promise<ExperimentDetail | null>;
  learning(of: { readonly account_id?: string }): Promise<LearningView>;
  /** Winners that an account remembers: the newest, or those that a text resembles. */
  memory(of: MemoryQuestion): Promise<MemoryView>;
  fatigue(of: { readonly account_id?: string }): Promise<FatigueReport>;
  actuals(of: { readonly account_id?: string }): Promise<ActualsReport>;
  fetch_actuals(of: {
    readonly account_id: string;
    readonly ad_ids: readonly string[];
    /** Up to 31; 7 where it is left out. */
    readonly days_back?: number;
  }): Promise<RequestedActuals>;
  sync_actuals(of: { readonly account_id?: string; readonly days_back?: number }): Promise<RequestedActuals>;
  /** The cycle that runs or ran last, of an account or of all that had one. */
  cycles(of: { readonly account_id?: string }): Promise<readonly AccountCycle[]>;
  request_cycle(request: CycleRequest): Promise<readonly AskedCycle[]>;
  /** Which model of an account predicts, and what its trainings came to. */
  models(of: { readonly account_id: string }): Promise<AccountModels>;
  roll_back_model(request: RollbackRequest): Promise<AskedRollback>;
  niche(of: { readonly account_id: string }): Promise<NicheView>;
  niches(): Promise<readonly NicheStanding[]>;
  share_account(request: ShareRequest): Promise<AccountChanged>;
  score_creative(creative: NewCreative): Promise<ScoreView>;
  /** The same of an ad that the account has; null where it is not known. */
  score_ad(ad: KnownAd): Promise<ScoreView | null>;
  /** Ads made from other ads: what was expected and what came of it. */
  dna_applications(of: { readonly account_id: string; readonly limit?: number }): Promise<ApplicationsView>;
  why_won(won: WonAd): Promise<WhyView | null>;
  /** Totals of the stream beside what the platform says now, over days before today; 7 where left out. */
  reconcile(of: { readonly account_id: string; readonly days?: number }): Promise<Reconciliation>;
  /** What promotions earn against winners held out, or what is missing to say so; and each winner, newest first. */
  promotions(of: { readonly account_id: string; readonly limit?: number }): Promise<Promotions>;
  /** Variations that winners propose: those that wait in their order, then what is over. */
  variations(of: { readonly account_id: string; readonly limit?: number }): Promise<VariationQueue>;
  decide_variation(choice: VariationChoice): Promise<VariationDecided>;
  /** The policy in force, or the one of a version; as an account has it, or in full. */
  policy(of: { readonly version?: string; readonly account_id?: string }): Promise<PolicyView>;
  /** Newest first. */
  policy_history(): Promise<readonly PolicyStep[]>;
  /** Every field with its meaning, default and limits. */
  policy_fields(): Promise<readonly PolicyField[]>;
  /** Recorded history decided again under a policy: started where it was not yet, else how far it is. */
  backtest_policy(of: { readonly document: object }): Promise<BacktestJob>;
  propose_policy(proposal: { readonly document: object } & Signed): Promise<ProposedPolicy>;
  activate_policy(choice: { readonly version: string; readonly anyway?: boolean } & Signed): Promise<ActivatedPolicy>;
  decisions(filter: { readonly topic?: string; readonly limit?: number }): Promise<readonly DecisionRow[]>;
  events(filter: { readonly topic: string; readonly limit?: number }): Promise<readonly EventView[]>;
  dead_letters(filter: {
    readonly group?: string;
    readonly topic?: string;
    readonly limit?: number;
  }): Promise<{ readonly rows: readonly DeadLetterRow[]; readonly total: number }>;
  dead_letter(id: { readonly id: string }): Promise<DeadLetterDetail | null>;
  redrive(filter: {
    readonly group?: string;
    readonly topic?: string;
    readonly ids?: readonly string[];
  }): Promise<{ readonly redriven: number; readonly keys: number }>;
  /** What `redrive` would do, letter by letter; sends nothing. */
  plan_redrive(filter: {
    readonly group?: string;
    readonly topic?: string;
    readonly ids?: readonly string[];
    readonly limit?: number;
  }): Promise<RedrivePlan>;
  /** Gives dead letters up for good: their keys no longer wait for them. */
  discard(choice: { readonly ids: readonly string[] }): Promise<{ readonly discarded: number; readonly keys: number }>;
  explain(id: { readonly id: string }): Promise<Explanation | null>;
  /** A decision made again from its recorded input and from an edited one; nothing is written. */
  run_again(edited: Edited): Promise<RunAgain | null>;
  /** Keeps a decision as a case that the test of its processor makes again. */
  save_case(of: { readonly id: string; readonly name?: string }): Promise<{ readonly path: string } | null>;
  follow(id: { readonly id: string }): Promise<FollowNode | null>;
  query(sql: { readonly sql: string; readonly limit?: number }): Promise<QueryResult>;
  publish(lines: {
    readonly topic: string;
    readonly ndjson: string;
    /** Name of what the lines come from, and its position behind them; they commit with the lines. */
    readonly source?: string;
    readonly position?: string;
    /** Also to a topic that a group of ours writes. */
    readonly force?: boolean;
  }): Promise<PublishReport>;
  rebuild(group: { readonly group: string }): Promise<RebuildReport>;
  set_speed(speed: { readonly speed: Speed }): Promise<SourceStatus>;
  list_keys(): Promise<readonly KeyView[]>;
  /** The key itself is told here and never again. */
  create_key(key: NewKeyRequest): Promise<KeyView & { readonly key: string }>;
  revoke_key(key: { readonly key_id: string }): Promise<KeyView>;
}

/** What is pushed to a page or `flywheel follow` as it happens. */
export type LiveMessage =
  | { readonly kind: 'decision'; readonly decision: DecisionRow }
  | { readonly kind: 'alert'; readonly alert: AlertNews }
  | { readonly kind: 'status'; readonly status: Status };
