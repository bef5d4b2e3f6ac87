/**
 * Where every experiment stands. Read once from the state of the evidence group, then kept by the events that change
 * it, so that asking costs nothing while events pour in.
 */
import type { LogRecord } from '../../engine/ports.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { nameOf } from '../../topology/coordinates.ts';
import { readRange } from '../../engine/read-range.ts';
import { z } from 'zod';
import { claimedByZTest } from './z-test.ts';

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
  readonly at_ms: number;
}

export interface Standing {
  readonly evidence: Evidence;
  readonly announcement: Announcement | null;
  /** When evidence of it was first seen in this process, and the smallest arm then: the pace of `days_left`. */
  readonly first: { readonly at_ms: number; readonly smallest: number };
}

const announcementShape = z.object({
  account_id: z.string(),
  experiment_id: z.string(),
  ad_id: z.string(),
  threshold: z.number(),
  reason: z.string(),
  at_ms: z.number(),
});

export interface Counts {
  readonly experiments: number;
  readonly winners: number;
  readonly withdrawn: number;
  readonly undecided: number;
  readonly blocked: number;
  readonly leaders: number;
  readonly z_test_claims: number;
  readonly alpha: number;
}

const place = (account_id: string, experiment_id: string): string => `${account_id}\u0000${experiment_id}`;

export const smallestArm = (arms: readonly { readonly impressions: number }[]): number =>
  arms.length === 0 ? 0 : Math.min(...arms.map(({ impressions }) => impressions));

export interface ExperimentSource {
  /** The newest evidence of every experiment, as the evidence group's state has it. */
  latest(engine: Runtime): AsyncIterable<Evidence>;
  /** False discovery rate of the policy in force. */
  alpha(): number;
}

export class ExperimentList {
  readonly #standings = new Map<string, Standing>();
  readonly #announcements = new Map<string, Announcement>();
  readonly #source: ExperimentSource;
  #stop: (() => void) | undefined;
  #order: readonly Standing[] | undefined;

  constructor(source: ExperimentSource) {
    this.#source = source;
  }

  async open(engine: Runtime): Promise<void> {
    this.#stop = engine.log.onAppend((records) => {
      for (const record of records) this.#take(engine, record);
    });
    for (const topic of ['winner.detected', 'winner.withdrawn'])
      for (let partition = 0; partition < engine.options.partitions; partition++) {
        const { start, end } = await engine.log.range(topic, partition);
        for await (const record of readRange(engine.log, topic, partition, start, end)) this.#announced(engine, record);
      }
    for await (const evidence of this.#source.latest(engine)) this.#changed(evidence);
  }

  close(): void {
    this.#stop?.();
  }

  #take(engine: Runtime, record: LogRecord): void {
    if (record.topic === 'winner.detected' || record.topic === 'winner.withdrawn') this.#announced(engine, record);
    if (record.topic !== 'evidence.changed') return;
    const evidence = evidenceShape.safeParse(engine.decoded(record).value);
    if (evidence.success) this.#changed(evidence.data);
  }

  #changed(evidence: Evidence): void {
    const at = place(evidence.account_id, evidence.experiment_id);
    const before = this.#standings.get(at);
    if (before !== undefined && before.evidence.at_ms > evidence.at_ms) return;
    const first = before?.first ?? { at_ms: evidence.at_ms, smallest: smallestArm(evidence.arms) };
    this.#standings.set(at, { evidence, first, announcement: this.#announcements.get(at) ?? null });
    this.#order = undefined;
  }

  #announced(engine: Runtime, record: LogRecord): void {
    const parsed = announcementShape.safeParse(engine.decoded(record).value);
    if (!parsed.success) return;
    const { account_id, experiment_id, ad_id, threshold, reason, at_ms } = parsed.data;
    const at = place(account_id, experiment_id);
    const kind = record.topic === 'winner.detected' ? 'winner' : 'withdrawn';
    const before = this.#announcements.get(at);
    if (before !== undefined && before.at_ms > at_ms) return;
    const decision_id = record.name === undefined ? null : nameOf(record.name);
    const announcement: Announcement = { kind, decision_id, ad_id, threshold, reason, at_ms };
    this.#announcements.set(at, announcement);
    const standing = this.#standings.get(at);
    if (standing !== undefined) this.#standings.set(at, { ...standing, announcement });
    this.#order = undefined;
  }

  get(account_id: string, experiment_id: string): Standing | undefined {
    return this.#standings.get(place(account_id, experiment_id));
  }

  /** All of them: winners first, then by how near their evidence is to its threshold, then by name. */
  all(): readonly Standing[] {
    this.#order ??= [...this.#standings.values()].sort(mostTelling);
    return this.#order;
  }

  counts(): Counts {
    const counts = { experiments: 0, winners: 0, withdrawn: 0, undecided: 0, blocked: 0, leaders: 0, z_test_claims: 0 };
    for (const { evidence, announcement } of this.#standings.values()) {
      counts.experiments++;
      if (announcement?.kind === 'winner') counts.winners++;
      else if (announcement?.kind === 'withdrawn') counts.withdrawn++;
      else if (evidence.status === 'blocked') counts.blocked++;
      else if (evidence.status === 'leader') counts.leaders++;
      else counts.undecided++;
      if (claimedByZTest(evidence.arms)) counts.z_test_claims++;
    }
    return { ...counts, alpha: this.#source.alpha() };
  }
}

const rank = ({ announcement }: Standing): number =>
  announcement?.kind === 'winner' ? 0 : announcement?.kind === 'withdrawn' ? 1 : 2;

const nearness = ({ evidence: { e_value, threshold } }: Standing): number => (threshold > 0 ? e_value / threshold : 0);

const mostTelling = (a: Standing, b: Standing): number =>
  rank(a) - rank(b) ||
  nearness(b) - nearness(a) ||
  (place(a.evidence.account_id, a.evidence.experiment_id) < place(b.evidence.account_id, b.evidence.experiment_id)
    ? -1
    : 1);
