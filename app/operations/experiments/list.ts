/**
 * Where every experiment stands. Read once from the state of the evidence group, then kept by the events that change
 * it, so that asking costs nothing while events pour in.
 */
import type { LogRecord } from '../../../engine/ports.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { nameOf } from '../../../topology/coordinates.ts';
import { readRange } from '../../../engine/read-range.ts';
import { z } from 'zod';
import { defaultPolicy, policyOfEvent } from '../../../policy/document.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import { policyOf, type WholePolicy } from '../../../policy/policy.ts';
import { declaredShape, Families, winnerShape } from './families.ts';
import { zTestClaims, zTestP } from './z-test.ts';

const armShape = z.object({
  ad_id: z.string(),
  adset_id: z.string(),
  impressions: z.number(),
  clicks: z.number(),
  rate: z.number(),
  e_value: z.number(),
});

/** `evidence.changed` as far as it is shown. */
export const evidenceShape = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  campaign_id: z.string(),
  family: z.string(),
  design: z.enum(['randomised', 'parallel', 'observational']),
  primary_metric: z.enum(['link_ctr', 'cvr', 'cost_per_result', 'roas', 'profit']),
  provenance: z.enum(['live', 'simulated', 'replayed']),
  start_ms: z.number(),
  blocks: z.number(),
  block_hours: z.number(),
  status: z.string(),
  leading_ad_id: z.string().nullable(),
  e_value: z.number(),
  threshold: z.number(),
  arms: z.array(armShape),
  needed_impressions: z.number(),
  reason: z.string(),
  at_ms: z.number(),
});
export type Evidence = z.infer<typeof evidenceShape>;

export interface Announcement {
  readonly kind: 'winner' | 'withdrawn';
  readonly decision_id: string | null;
  readonly ad_id: string;
  /** What the evidence was held against: lower than alone where others of its family were announced before. */
  readonly threshold: number;
  readonly reason: string;
  /** What it was decided on is as of this time. */
  readonly at_ms: number;
  /** When it was decided: later, where others of its family let it in. */
  readonly decided_ms: number;
}

export interface Standing {
  readonly evidence: Evidence;
  readonly announcement: Announcement | null;
}

const announcementShape = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  ad_id: z.string(),
  threshold: z.number(),
  reason: z.string(),
  at_ms: z.number(),
});

const withdrawnShape = announcementShape.extend({ family: z.string() });
const policyEvent = z.object({ version: z.string(), document: z.string() });

/** What a `policy.changed` puts in force; undefined where it is refused, as the groups refuse it. */
function policyOfChange(value: unknown): WholePolicy | undefined {
  const change = policyEvent.safeParse(value);
  if (!change.success) return undefined;
  try {
    return policyOfEvent(change.data);
  } catch (error) {
    if (error instanceof FlywheelError) return undefined;
    throw error;
  }
}

/** Read from the beginning when the list is opened; what they say of an account is in one partition, in order. */
const heard_topics = ['experiment.declared', 'winner.detected', 'winner.withdrawn'];

export interface Counts {
  readonly experiments: number;
  readonly winners: number;
  readonly withdrawn: number;
  readonly undecided: number;
  readonly blocked: number;
  readonly leaders: number;
  readonly z_test_claims: number;
  readonly z_test_claims_adjusted: number;
  readonly alpha: number;
}

const place = (account_id: string, experiment_id: string): string => `${account_id}\u0000${experiment_id}`;

export interface ExperimentSource {
  /** The newest evidence of every experiment, as the evidence group's state has it. */
  latest(engine: Runtime): AsyncIterable<Evidence>;
  /** The policy in force when the list is opened; later ones are heard. */
  policy(engine: Runtime): Promise<WholePolicy>;
}

export class ExperimentList {
  readonly #standings = new Map<string, Standing>();
  readonly #announcements = new Map<string, Announcement>();
  readonly #families = new Families();
  readonly #source: ExperimentSource;
  #policy: WholePolicy;
  #stop: (() => void) | undefined;
  #order: readonly Standing[] | undefined;
  #revision = 0;

  constructor(source: ExperimentSource) {
    this.#source = source;
    this.#policy = defaultPolicy;
  }

  async open(engine: Runtime): Promise<void> {
    this.#policy = await this.#source.policy(engine);
    this.#stop = engine.log.onAppend((records) => {
      for (const record of records) this.#take(engine, record);
    });
    for (const topic of heard_topics)
      for (let partition = 0; partition < engine.options.partitions; partition++) {
        const { start, end } = await engine.log.range(topic, partition);
        for await (const record of readRange(engine.log, topic, partition, start, end)) this.#take(engine, record);
      }
    for await (const evidence of this.#source.latest(engine)) this.#changed(evidence);
  }

  close(): void {
    this.#stop?.();
  }

  /** Another number after each change of what the list tells. */
  get revision(): number {
    return this.#revision;
  }

  /** What was told is over: thresholds, and with them the order, may be others. */
  #moved(): void {
    this.#revision++;
    this.#order = undefined;
  }

  #take(engine: Runtime, record: LogRecord): void {
    if (record.topic === 'evidence.changed') {
      const evidence = evidenceShape.safeParse(engine.decoded(record).value);
      if (evidence.success) this.#changed(evidence.data);
    } else if (record.topic === 'experiment.declared') {
      const declared = declaredShape.safeParse(engine.decoded(record).value);
      if (!declared.success) return;
      this.#families.declare(declared.data, this.policy(declared.data.account_id));
      this.#moved();
    } else if (record.topic === engine.options.policy.topic) {
      this.#policy = policyOfChange(engine.decoded(record).value) ?? this.#policy;
      this.#moved();
    } else if (record.topic === 'winner.detected' || record.topic === 'winner.withdrawn')
      this.#announced(engine, record);
  }

  #changed(evidence: Evidence): void {
    const at = place(evidence.account_id, evidence.experiment_id);
    const before = this.#standings.get(at);
    if (before !== undefined && before.evidence.at_ms > evidence.at_ms) return;
    this.#standings.set(at, { evidence, announcement: this.#announcements.get(at) ?? null });
    this.#moved();
  }

  #announced(engine: Runtime, record: LogRecord): void {
    const { value } = engine.decoded(record);
    const parsed = announcementShape.safeParse(value);
    if (!parsed.success) return;
    this.#countInFamily(record.topic, value);
    const { account_id, experiment_id, ad_id, threshold, reason, at_ms } = parsed.data;
    const at = place(account_id, experiment_id);
    const kind = record.topic === 'winner.detected' ? 'winner' : 'withdrawn';
    const decided_ms = record.appended_ms;
    const before = this.#announcements.get(at);
    if (before !== undefined && before.decided_ms > decided_ms) return;
    const decision_id = record.name === undefined ? null : nameOf(record.name);
    const announcement: Announcement = { kind, decision_id, ad_id, threshold, reason, at_ms, decided_ms };
    this.#announcements.set(at, announcement);
    const standing = this.#standings.get(at);
    if (standing !== undefined) this.#standings.set(at, { ...standing, announcement });
  }

  #countInFamily(topic: string, value: unknown): void {
    if (topic === 'winner.detected') {
      const winner = winnerShape.safeParse(value);
      if (winner.success) this.#families.announced(winner.data);
    } else {
      const withdrawn = withdrawnShape.safeParse(value);
      if (withdrawn.success) this.#families.withdrawn(withdrawn.data);
    }
    this.#moved();
  }

  /** What winners of an account need, by the policy in force. */
  policy(account_id: string): EvidencePolicy {
    return policyOf(this.#policy, account_id).evidence;
  }

  /** What its evidence was held against when it won; else what it needs now, beside the winners of its family. */
  threshold({ evidence, announcement }: Standing): number {
    if (announcement?.kind === 'winner') return announcement.threshold;
    const { account_id, experiment_id, family } = evidence;
    return this.#families.threshold(account_id, experiment_id, family, this.policy(account_id));
  }

  get(account_id: string, experiment_id: string): Standing | undefined {
    return this.#standings.get(place(account_id, experiment_id));
  }

  /** All of them: winners first, then by how near their evidence is to its threshold, then by name. */
  all(): readonly Standing[] {
    this.#order ??= [...this.#standings.values()]
      .map((standing) => ({ standing, near: standing.evidence.e_value / this.threshold(standing) }))
      .sort(mostTelling)
      .map(({ standing }) => standing);
    return this.#order;
  }

  counts(): Counts {
    const counts = { experiments: 0, winners: 0, withdrawn: 0, undecided: 0, blocked: 0, leaders: 0 };
    const p_values: number[] = [];
    for (const { evidence, announcement } of this.#standings.values()) {
      counts.experiments++;
      if (announcement?.kind === 'winner') counts.winners++;
      else if (announcement?.kind === 'withdrawn') counts.withdrawn++;
      else if (evidence.status === 'blocked') counts.blocked++;
      else if (evidence.status === 'leader') counts.leaders++;
      else counts.undecided++;
      p_values.push(zTestP(evidence.arms));
    }
    const { unadjusted, adjusted } = zTestClaims(p_values);
    return {
      ...counts,
      z_test_claims: unadjusted,
      z_test_claims_adjusted: adjusted,
      alpha: this.#policy.evidence.alpha,
    };
  }
}

const rank = ({ announcement }: Standing): number =>
  announcement?.kind === 'winner' ? 0 : announcement?.kind === 'withdrawn' ? 1 : 2;

interface Ranked {
  readonly standing: Standing;
  /** Evidence as a share of what it needs. */
  readonly near: number;
}

const mostTelling = (a: Ranked, b: Ranked): number =>
  rank(a.standing) - rank(b.standing) ||
  b.near - a.near ||
  (place(a.standing.evidence.account_id, a.standing.evidence.experiment_id) <
  place(b.standing.evidence.account_id, b.standing.evidence.experiment_id)
    ? -1
    : 1);
