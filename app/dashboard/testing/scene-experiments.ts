/** Experiments of the scene: every standing once, and enough of them for a second page. */
import type { ExperimentDetail, ExperimentRow, SeriesPoint } from '../../operations/operations.ts';

export const scene_ms = Date.UTC(2026, 10, 23, 8, 14, 5);
export const experiment_count = 64;
const hour_ms = 3_600_000;
/** What a first winner needs, and what the next needs beside three that stand. */
const first_threshold = 1_200;
const next_threshold = 300;

const names = [
  'Hero image, spring',
  'Call to action',
  'Headline length',
  'Offer wording',
  'Video or still',
  'First line',
];
const headlines = [
  'A calmer morning',
  'See it in your room',
  'Made to be repaired, for a lifetime of breakfasts',
  'Try it for 100 days',
];

const standing: readonly (readonly [status: string, announced: ExperimentRow['announced'], e_value: number])[] = [
  ['separated', 'winner', 1_480],
  ['separated', 'winner', 1.2e9],
  ['separated', 'winner', 1_205],
  ['deciding', 'withdrawn', 640],
  ['separated', null, 1_210],
  ['blocked', null, 3.1],
  ['leader', null, 84],
  ['deciding', null, 212],
  ['deciding', null, 31],
  ['collecting', null, 1.8],
  ['collecting', null, 0],
  ['collecting', null, 0],
  ['deciding', null, 0.083],
];

/** Numbers of the experiments that one thing is to be seen of. */
const randomised = 1;
export const waits_for_blocks = 10;
export const calibrates = 11;
export const ended = 12;

function waitsFor(i: number): ExperimentRow['waits_for'] {
  if (i === waits_for_blocks) return { what: 'blocks', have: 2, need: 4 };
  if (i === calibrates) return { what: 'calibration', have: 30, need: 72 };
  return { what: 'impressions', have: 1_240 + i * 17, need: 3_000 };
}

function daysLeft(waits_for: ExperimentRow['waits_for'], i: number): number {
  if (waits_for === null) return 0;
  return waits_for.what === 'blocks' ? 4.1 : Math.max(0.1, 2 - i / 40);
}

const reasons: Readonly<Record<string, string>> = {
  winner:
    '"A calmer morning" has 1.31 times the click rate of the next ad; its evidence of 1,480 passed the 1,200 that five announcements at 5 % ask for.',
  withdrawn: 'Meta restated 14 hours; evidence fell from 1,260 to 640 of 1,200.',
  separated: 'e 1,210 passed its own threshold; the family asks for 2,400 before it is announced.',
  blocked: 'Impressions split 61 : 39 where 50 : 50 was planned (p = 2.1e-9).',
  leader: 'Not randomised: "A calmer morning" leads, and nothing may be announced.',
  deciding: 'No ad stands out: the best has e 212 of 1,200.',
  ended: 'No ad stands out: the strongest evidence is 0.083, and 1 says nothing. Its planned 14 days are over.',
  collecting: 'The smallest arm has 1,240 of 3,000 impressions.',
};

export function sceneRow(i: number): ExperimentRow {
  const [status, announced, e_value] = standing[i] ?? (['collecting', null, 1 + ((i * 37) % 90) / 10] as const);
  const where = announced ?? (i === ended ? 'ended' : status);
  const waits_for = status === 'collecting' ? waitsFor(i) : null;
  const smallest = waits_for?.what === 'impressions' ? waits_for.have : 21_400 + i * 311;
  return {
    account_id: 'act_10001',
    experiment_id: `exp_${1_000 + i}`,
    campaign_id: `cmp_${400 + i}`,
    name: `${names[i % names.length] ?? ''}${i < names.length ? '' : ` ${Math.floor(i / names.length) + 1}`}`,
    provenance: 'simulated',
    design: i === randomised ? 'randomised' : status === 'leader' ? 'observational' : 'parallel',
    primary_metric: 'link_ctr',
    status,
    announced,
    announced_ms: announced === null ? null : scene_ms - 3 * 86_400_000,
    standing: where,
    leading_ad_id: `ad_${i}_0`,
    leading_name: headlines[i % headlines.length] ?? null,
    e_value,
    threshold: announced === 'winner' ? first_threshold : next_threshold,
    impressions: smallest * 3 + 1_912,
    smallest_arm_impressions: smallest,
    needed_impressions: 3_000,
    waits_for,
    days_left: daysLeft(waits_for, i),
    reason: reasons[where] ?? '',
    at_ms: scene_ms - i * 60_000,
  };
}

const wave = (i: number, hour: number): number => Math.sin(hour / (9 + i * 4)) + Math.sin(hour / (31 + i)) * 0.7;

/** Lines that end where the row says the experiment stands. */
function line(ids: readonly string[], at: (arm: number, hour: number) => number): readonly SeriesPoint[] {
  return Array.from({ length: 168 }, (_, hour) => ({
    at_ms: scene_ms - (168 - hour) * hour_ms,
    ...Object.fromEntries(ids.map((id, arm) => [id, at(arm, hour)])),
  }));
}

export function sceneExperiment(i: number): ExperimentDetail {
  const row = sceneRow(i);
  const ads = [0, 1, 2].map((arm) => `ad_${i}_${arm}`);
  const adsets = [0, 1, 2].map((arm) => `set_${i}_${arm}`);
  const end = Math.log10(Math.max(1, row.e_value));
  const tilt = (arm: number, hour: number): number =>
    (arm === 0 ? 0.34 + hour / 500 : (0.66 - hour / 500) / 2) + wave(arm, hour) * 0.01;
  return {
    ...row,
    decision_id: row.announced === null ? null : 'auto-promoter/1/evidence.changed/1/99/0',
    arms: ads.map((ad_id, arm) => ({
      ad_id,
      adset_id: adsets[arm] ?? '',
      name: `Ad ${'ABC'[arm] ?? ''}`,
      headline: headlines[(i + arm) % headlines.length] ?? null,
      impressions: row.smallest_arm_impressions + (2 - arm) * 640,
      clicks: Math.round(row.smallest_arm_impressions * (0.0164 - arm * 0.002)),
      rate: 0.0164 - arm * 0.002,
      e_value: arm === 0 ? row.e_value : 0.4 / arm,
      share: tilt(arm, 167),
      p_best: arm === 0 ? 0.962 : 0.019,
      true_rate: 0.016 - arm * 0.0021,
    })),
    evidence: line(ads, (arm, hour) =>
      arm === 0 ? (end * hour) / 167 + wave(arm, hour) * 0.1 : -0.2 * arm + wave(arm, hour) * 0.2 - hour / 200,
    ),
    shares: line(adsets, tilt),
    p_best: line(adsets, (arm, hour) => (arm === 0 ? 0.33 + hour / 265 : (0.67 - hour / 265) / 2)),
    expected_loss: line(['loss'], (_, hour) => 0.0012 / (1 + hour / 24)),
    posteriors: {
      at_ms: scene_ms - hour_ms,
      arms: adsets.map((adset_id, arm) => ({
        adset_id,
        mean: 0.0161 - arm * 0.0018,
        low: 0.0148 - arm * 0.002,
        high: 0.0175 - arm * 0.0016,
        p_best: arm === 0 ? 0.962 : 0.019,
        share: tilt(arm, 167),
        expected_loss: 0.00002 + arm * 0.0018,
      })),
    },
  };
}
