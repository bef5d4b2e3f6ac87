/** A policy of two sections, which can be edited, backtested and brought into force; and budgets that wait. */
import type { Operations } from '../../operations/operations.ts';
import type { MoneyView } from '../../operations/money/view.ts';
import type { PolicyField } from '../../operations/policy/fields.ts';
import type { PolicyStep } from '../../operations/policy/view.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { scene_ms } from './scene-experiments.ts';

const compared = { only_recorded: 1, only_other: 0, both: 2, earlier: 0, later: 1 };

const fields: readonly PolicyField[] = [
  {
    ...{
      section: 'evidence',
      name: 'alpha',
      words: 'False discovery rate over the winners of an account-quarter.',
    },
    ...{ default: 0.05, limits: 'number, above 0, at most 0.2', symbols: null, shared: false },
  },
  {
    ...{ section: 'evidence', name: 'family', words: 'Experiments that share one error budget.' },
    ...{ default: 'quarter', limits: 'quarter or all', symbols: ['quarter', 'all'], shared: false },
  },
  {
    ...{ section: 'niche', name: 'k', words: 'Businesses from which something is released.' },
    ...{ default: 50, limits: 'whole number, at least 20', symbols: null, shared: true },
  },
];

type Policies = Pick<
  Operations,
  'policy' | 'policy_fields' | 'policy_history' | 'propose_policy' | 'activate_policy' | 'backtest_policy'
>;

export function scenePolicies(): Policies {
  let version = 'p-5d1c22';
  let document: object = { evidence: { alpha: 0.05, family: 'quarter' }, niche: { k: 50 } };
  let steps: readonly PolicyStep[] = [];
  let asked = 0;
  return {
    policy: async () => ({ version, in_force: true, account_id: null, document: { ...document } }),
    policy_fields: async () => fields,
    policy_history: async () => steps,
    propose_policy: async (proposal) => {
      document = proposal.document;
      return { version: 'p-77aa01', against: version, changes: [], published: true };
    },
    activate_policy: async (choice) => {
      const changes = [{ field: 'evidence.alpha', before: 0.05, after: 0.01 }];
      const { by = null, reason = null } = choice;
      const at = { against: version, at_ms: scene_ms };
      steps = [{ kind: 'activated', version: choice.version, in_force: true, changes, by, reason, ...at }, ...steps];
      const answer = { version: choice.version, against: version, changes, published: true };
      version = choice.version;
      return answer;
    },
    backtest_policy: async ({ document: other }) => {
      if (JSON.stringify(other).includes('"alpha":7'))
        throw new FlywheelError('policy.invalid', {
          ...{ field: 'evidence.alpha', value: '7', rule: 'at most 0.2', what_to_do: 'take a smaller one' },
        });
      if (asked++ === 0) return { version: 'p-77aa01', state: 'running', summary: null, error: null };
      const summary = {
        history: { events: 184_550, from_ms: scene_ms - 1e9, to_ms: scene_ms },
        fidelity: [{ topic: 'winner.detected', recorded: 3, not_made_again: 0, not_in_log: 0 }],
        ...{ winners: compared, withdrawals: compared, alarms: compared, effect: null, elapsed_ms: 41_000 },
        splits: [{ hours: 120, moved_share: 0.04 }],
      };
      return { version: 'p-77aa01', state: 'done', summary, error: null };
    },
  };
}

const account: MoneyView = {
  ...{ account_id: 'act_10001', mode: 'approve', killed: null, halted: null, breaker_until_ms: null, underway: [] },
  waiting: [
    {
      ...{ change_id: 'chg_1', kind: 'scale', affected_ad_ids: ['ad_0_0'], currency: 'EUR' },
      legs: [
        {
          ...{ level: 'adset', id: 'set_0_0', owner_id: 'set_0_0', from_minor: 2_000, to_minor: 2_400 },
          ...{ to_status: null, state: 'planned' },
        },
      ],
      ...{ account_after_minor: 9_400, worst_case_minor: 16_450, waits_until_ms: scene_ms + 86_400_000 },
      why: 'the winner “A calmer morning” may have 20 % more',
    },
  ],
  applied: [],
};

export function sceneMoney(): Pick<Operations, 'money' | 'planned_changes' | 'command_money'> {
  let view = account;
  return {
    money: async () => [view],
    planned_changes: async () => [],
    command_money: async ({ kind, actor, reason = '' }) => {
      if (kind === 'approve' || kind === 'reject') {
        const [change] = view.waiting;
        const applied =
          change === undefined || kind === 'reject' ? [] : [{ ...change, at_ms: scene_ms, undone: false }];
        view = { ...view, waiting: [], applied };
        return { command_id: 'c', account_ids: [view.account_id] };
      }
      if (kind === 'undo') {
        view = { ...view, applied: view.applied.map((one) => ({ ...one, undone: true })) };
        return { command_id: 'c', account_ids: [view.account_id] };
      }
      view = { ...view, killed: kind === 'kill' ? { actor, reason, at_ms: scene_ms } : null };
      return { command_id: 'c', account_ids: [] };
    },
  };
}
