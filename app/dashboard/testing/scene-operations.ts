/** The scene as operations. */
import { sceneFatigue, sceneMemory } from './scene-memory.ts';
import { sceneLearning } from './scene-learning.ts';
import { sceneAlertOperations } from './scene-alerts.ts';
import { sceneCycles } from './scene-cycle.ts';
import { sceneModels } from './scene-models.ts';
import { sceneNiches } from './scene-niche.ts';
import { sceneHealth } from './scene-health.ts';
import { sceneKeys } from './scene-keys.ts';
import { sceneMoney, scenePolicies } from './scene-policy.ts';
import { scenePromotions } from './scene-promotions.ts';
import { sceneQueue } from './scene-queue.ts';
import { sceneRunAgain } from './scene-run-again.ts';
import { sceneScore } from './scene-score.ts';
import { sceneApplications } from './scene-applications.ts';
import type { DeadLetterDetail, Explanation, EventView, Operations, Status } from '../../operations/operations.ts';
import type { PlannedLetterRow } from '../../operations/dead-letters/redrive-view.ts';
import { experiment_count, scene_ms, sceneExperiment, sceneRow } from './scene-experiments.ts';
import { sceneDeadLetters, sceneDecisions, sceneStatus, sceneTopology } from './scene.ts';

const event = (
  topic: string,
  offset: number,
  id: string | null,
  value: Readonly<Record<string, unknown>>,
): EventView => ({
  topic,
  partition: 1,
  offset,
  appended_ms: scene_ms - 60_000,
  key: 'act_10001',
  id,
  value,
  error: null,
});

function explanationOf(id: string): Explanation {
  const numbers = {
    e_value: 1_480,
    threshold: 1_200,
    lift: 0.31,
    lift_low: 0.12,
    lift_high: 0.52,
    rate: 0.0164,
    rival_rate: 0.0144,
    family: 'act_10001',
    at_ms: scene_ms,
  };
  const metrics = { ad_id: 'ad_0_0', experiment_id: 'exp_1000', impressions: 812, clicks: 14, as_of_ms: scene_ms };
  return {
    decision: event('winner.detected', 12, id, { experiment_id: 'exp_1000', account_id: 'act_10001', ...numbers }),
    group: 'auto-promoter',
    entity: sceneRow(0).name,
    state_key: '',
    cause: event('evidence.changed', 99, 'auto-promoter.evidence/1/ad.metrics/1/8001/0', { e_value: 1_480 }),
    chain: [
      event('evidence.changed', 99, 'auto-promoter.evidence/1/ad.metrics/1/8001/0', { e_value: 1_480 }),
      event('ad.metrics', 8_001, null, metrics),
    ],
    inputs: Array.from({ length: 12 }, (_, i) =>
      event('ad.metrics', 8_001 - i * 3, null, { ...metrics, impressions: 812 - i }),
    ),
    inputs_total: 1_904,
    state_before: { announced: [], e_values: { exp_1000: 1_160 } },
    parts_before: {},
    state_version: 1,
    part_version: 1,
    policy_version: 'p-5d1c22',
    policy: { version: 'p-5d1c22', evidence: { alpha: 0.05 } },
    numbers,
    words: sceneRow(0).reason,
    reproduced: true,
  };
}

const refuse = (): never => {
  throw new Error('the scene has no such operation');
};

/** What the page never asks. */
const unasked = {
  actuals: refuse,
  fetch_actuals: refuse,
  sync_actuals: refuse,
  score_ad: refuse,
  why_won: refuse,
  events: refuse,
  follow: refuse,
  query: refuse,
  export_table: refuse,
  reconcile: refuse,
  publish: refuse,
  rebuild: refuse,
};

/** Operations on the scene, which begins at `status`. */
export function sceneOperations(status: Status = sceneStatus): Operations {
  return {
    ...unasked,
    status: async () => status,
    topology: async () => sceneTopology,
    experiments: async ({ status: wanted, limit = 50, after = '0' }) => {
      const all = Array.from({ length: experiment_count }, (_, i) => sceneRow(i));
      const rows = all.filter((row) => wanted === undefined || row.standing === wanted);
      const to = Number(after) + limit;
      return { rows: rows.slice(Number(after), to), total: rows.length, next: to < rows.length ? String(to) : null };
    },
    experiment: async ({ experiment_id }) => {
      const i = Number(experiment_id.replace('exp_', '')) - 1_000;
      return i >= 0 && i < experiment_count ? sceneExperiment(i) : null;
    },
    learning: async () => sceneLearning,
    ...scenePolicies(),
    ...sceneMoney(),
    ...sceneAlertOperations(),
    ...sceneHealth,
    ...sceneRunAgain,
    ...sceneLetters(),
    ...sceneNiches(),
    ...sceneQueue(),
    ...sceneKeys(),
    promotions: async ({ account_id }) => ({ ...scenePromotions, account_id }),
    score_creative: async ({ headline }) => sceneScore(headline),
    dna_applications: async () => sceneApplications,
    ...sceneCycles(),
    ...sceneModels(),
    memory: async (question) => sceneMemory(question),
    fatigue: async () => sceneFatigue,
    decisions: async ({ topic, limit = 50 }) =>
      sceneDecisions.filter((row) => topic === undefined || row.topic === topic).slice(0, limit),
    explain: async ({ id }) => (id.startsWith('auto-promoter') ? explanationOf(id) : null),
    set_speed: async ({ speed }) => {
      status = { ...status, source: { ...status.source, speed } };
      return status.source;
    },
  };
}

const plannedRow = ({ id, group, topic, partition, offset, key }: DeadLetterDetail): PlannedLetterRow => ({
  ...{ id, group, topic, partition, offset, key: key ?? '' },
  ...{ outcome: 'decided', reason: null, handled_by: ['thompson-sampling'], not_yet: [], passes: 0 },
});

function sceneLetters(): Pick<Operations, 'dead_letters' | 'dead_letter' | 'discard' | 'redrive' | 'plan_redrive'> {
  let letters = sceneDeadLetters;
  return {
    dead_letters: async ({ group }) => {
      const rows = letters.filter((letter) => group === undefined || letter.group === group);
      return { rows, total: rows.length };
    },
    dead_letter: async ({ id }) => letters.find((letter) => letter.id === id) ?? null,
    discard: async ({ ids }) => {
      letters = letters.map((letter) => (ids.includes(letter.id) ? { ...letter, settled: 'discarded' } : letter));
      return { discarded: ids.length, keys: ids.length };
    },
    plan_redrive: async ({ ids = [] }) => {
      const rows = letters.filter(({ id }) => ids.includes(id)).map(plannedRow);
      return { rows, total: rows.length, decided: rows.length, refused: 0, nothing: 0 };
    },
    redrive: async ({ ids = [] }) => {
      letters = letters.map((letter) => (ids.includes(letter.id) ? { ...letter, settled: 'redriven' } : letter));
      return { redriven: ids.length, keys: ids.length };
    },
  };
}
