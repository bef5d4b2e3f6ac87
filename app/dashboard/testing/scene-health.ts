/** A group that is behind, another that inherits it, times of steps, and what there is to look at. */
import type { LagRow, Operations } from '../../operations/operations.ts';
import { scene_ms } from './scene-experiments.ts';

const task = (group: string, partition: number, own: number, inherited = 0): LagRow => ({
  ...{ group, partition, own, inherited, undelivered: partition },
  ...{ state: 'running', reason: null, here: true, last_event_ms: scene_ms },
});

const steps = [0.4, 0.2, 3.1, 1.3] as const;

export const sceneHealth: Pick<Operations, 'lag' | 'advice' | 'step_times'> = {
  lag: async () => [
    task('auto-promoter.evidence', 0, 48_000),
    task('auto-promoter.evidence', 1, 210),
    task('auto-promoter', 0, 0, 48_000),
    task('auto-promoter', 1, 0, 210),
  ],
  advice: async () => [
    {
      kind: 'no_reader',
      severity: 'bad',
      words: '12,400 events of offline.sale and no reader: archivist has stopped',
      remedy: 'see why it stopped, and start the process again: it goes on where it was',
      about: { kind: 'topic', account_id: null, id: 'ad.metrics' },
    },
    {
      kind: 'exposure_unreachable',
      severity: 'warn',
      words:
        'Minimum exposure unreachable at this spend: Price in headline has 1,393 of 3,000 impressions of each ad and needs 9 days; its plan ends in 4 days',
      remedy: 'raise the spend of its campaign about 2.3 times, compare fewer ads, or plan it longer',
      about: { kind: 'experiment', account_id: 'act_10001', id: 'exp_1000' },
    },
  ],
  step_times: async () =>
    ['auto-promoter.evidence', 'thompson-sampling'].flatMap((group, i) => [
      ...['decode', 'load', 'decide', 'commit'].map((step, at) => ({
        ...{ group, step, batches: 1_204, mean_ms: (steps[at] ?? 0) * (i + 1), half_ms: 1, most_ms: 5 },
      })),
      { group, step: 'batch', batches: 1_204, mean_ms: 5 * (i + 1), half_ms: 5, most_ms: i === 0 ? 10 : null },
    ]),
};
