/** Variations of the scene: three that wait, one that is being tested. */
import { FlywheelError } from '../../../topology/errors.ts';
import type { Operations } from '../../operations/operations.ts';
import type { NamedVariation } from '../../operations/creatives/variation-view.ts';
import { scene_ms } from './scene-experiments.ts';

const variation = (name: string, to: string, over: Partial<NamedVariation> = {}): NamedVariation => ({
  variation_id: name,
  status: 'open',
  place: null,
  winner: { ad_id: 'ad_0_0', experiment_id: 'exp_1000', lift: 0.31 },
  winner_name: 'Is your desk older than your phone?',
  trait: 'hook',
  from: 'story',
  to,
  effect: 0.07,
  low: 0.01,
  high: 0.13,
  experiments: 9,
  score: 0.1,
  information: 0.4,
  words: `hook ${to} instead of story`,
  decided: null,
  made_ad_id: null,
  experiment_id: null,
  proposed_ms: scene_ms,
  made_from: { ad_id: 'ad_0_0', trait: 'hook', from: 'story', to, suggested_by: 'score', decision_id: null },
  ...over,
});

const numbered = (rows: readonly NamedVariation[]): readonly NamedVariation[] =>
  rows.map((row, i) => ({ ...row, place: i + 1 }));

export function sceneQueue(): Pick<Operations, 'variations' | 'decide_variation'> {
  let waiting = numbered(['question', 'number', 'authority'].map((to) => variation(to, to)));
  let over: readonly NamedVariation[] = [
    variation('offer', 'offer', { status: 'testing', made_ad_id: 'ad_9', experiment_id: 'exp_1001' }),
  ];
  return {
    variations: async ({ account_id }) => ({
      account_id,
      rows: [...waiting, ...over],
      waiting: waiting.length,
      words: `${waiting.length} wait, ${over.length} over`,
    }),
    decide_variation: async ({ account_id, variation_id, action, before_variation_id, by, reason }) => {
      const found = [...waiting, ...over].find((row) => row.variation_id === variation_id);
      if (found === undefined) throw new FlywheelError('variation.unknown', { id: variation_id, account_id });
      const decided = { by: by ?? null, reason: reason ?? null, at_ms: scene_ms };
      const others = waiting.filter((row) => row !== found);
      if (action === 'skip') {
        waiting = numbered(others);
        over = [{ ...found, status: 'skipped', place: null, decided }, ...over];
      } else if (action === 'move') {
        const at = others.findIndex((row) => row.variation_id === before_variation_id);
        waiting = numbered(others.toSpliced(at < 0 ? others.length : at, 0, found));
      } else waiting = waiting.map((row) => (row === found ? { ...row, status: 'approved', decided } : row));
      const before = before_variation_id ?? null;
      return {
        account_id,
        variation_id,
        action,
        before_variation_id: before,
        decided_by: decided.by,
        reason: decided.reason,
        at_ms: scene_ms,
      };
    },
  };
}
