/** A decision made again: with the recorded input as it was, with less evidence nothing is announced. */
import type { Operations } from '../../operations/operations.ts';
import { FlywheelError } from '../../../topology/errors.ts';

const winner = { topic: 'winner.detected', value: { experiment_id: 'exp_1000', e_value: 1_480 } };

export const sceneRunAgain: Pick<Operations, 'run_again' | 'save_case'> = {
  run_again: async ({ event }) => {
    const e_value = event?.['e_value'];
    if (typeof e_value === 'number' && e_value < 0)
      throw new FlywheelError('usage.invalid', { why: 'the event is refused: e_value is -1', what_to_do: 'edit it' });
    const announced = event === undefined || (typeof e_value === 'number' && e_value >= 1_200);
    return {
      recorded: [winner],
      edited: announced ? [winner] : [],
      differences: announced ? [] : [{ field: '0', before: winner, after: null }],
    };
  },
  save_case: async ({ name }) => ({ path: `processors/auto-promoter/cases/${name ?? 'unnamed'}.json` }),
};
