/** What the operations are to who asks by which people decide: budgets, policies, the queue of variations, keys. */
import type { OperationName } from './endpoints.ts';
import type { About } from './route.ts';

/** In words, for whom, about whose accounts, and what it costs. */
export type Rule = Pick<About, 'words' | 'role' | 'account' | 'limit' | 'changes' | 'weight' | 'secret'> & {
  /** An argument that it takes. */
  readonly example: Readonly<Record<string, unknown>>;
};

export const reads = { role: 'viewer', limit: 'read', changes: false } as const;
export const changes = { role: 'operator', limit: 'write', changes: true } as const;
export const ofAccount = { account_id: 'act_1001' };

export const peopleRules = {
  money: {
    ...reads,
    words:
      'Budgets of an account, or of all: mode and stops, changes that wait for a person, and those that were made, newest first.',
    account: 'optional',
    example: ofAccount,
  },
  planned_changes: {
    ...reads,
    words:
      'Changes of budgets that a dry run of an account, or of all, would have written: of each set of budgets the newest plan, and how often it was planned, up to `limit` of an account.',
    account: 'optional',
    example: ofAccount,
  },
  command_money: {
    ...changes,
    words:
      'What a person decides about budgets: approve, reject or undo a change, undo all since a time, stop or go on, set the mode. Answers which accounts it was sent to; none are all.',
    account: 'optional',
    example: { ...ofAccount, kind: 'kill', actor: 'me', reason: 'a check' },
  },
  alerts: {
    ...reads,
    words:
      'Alerts of an account, or of all: those that are open, the most urgent first; those that are over, newest first, with the reason; and messages that a channel did not take.',
    account: 'optional',
    example: ofAccount,
  },
  alert_rules: {
    ...reads,
    words:
      'Rules of an account: what each watches, its threshold and how many of its alerts are open; without `account_id` as they are for all.',
    account: 'optional',
    example: ofAccount,
  },
  command_alert: {
    ...changes,
    words:
      'What a person does about alerts: acknowledges or resolves one, sends a test message, or a message again that a channel did not take. Answers which account it was sent to.',
    account: 'optional',
    example: { ...ofAccount, kind: 'test', actor: 'me', reason: 'a check' },
  },
  reconcile: {
    ...reads,
    words:
      'Totals of an account in the stream beside what its platform says now, over the `days` before today, and the days of ads that differ. It asks the platform, which counts towards its limits.',
    account: 'required',
    limit: 'heavy',
    example: { ...ofAccount, days: 7 },
  },
  promotions: {
    ...reads,
    words:
      'What promotions of an account earn against winners that were held out at random, with intervals, or what is missing to say so; and its winners, newest first, with evidence, budget changes and effect.',
    account: 'required',
    weight: 4,
    example: ofAccount,
  },
  variations: {
    ...reads,
    words:
      'The A/B queue: variations that winners propose, each with lineage, expected effect and interval; those that wait in their order, by DNA score and expected information, then what is over.',
    account: 'required',
    example: ofAccount,
  },
  decide_variation: {
    ...changes,
    words:
      'Approves, skips, reopens or moves a variation; `before_variation_id` is where it is moved to, the end where it is left out. Nothing is published by it. 404 for one that is not in the queue.',
    account: 'required',
    example: { ...ofAccount, variation_id: 'variation_1', action: 'skip', by: 'me', reason: 'a check' },
  },
  policy: {
    ...reads,
    words:
      'The policy in force, or that of `version`, every field; with `account_id` as that account has it. 404 for a version that never was.',
    account: 'optional',
    example: ofAccount,
  },
  policy_history: {
    ...reads,
    words: 'Every policy that was proposed or came into force, newest first: what it changed, who wanted it and why.',
    account: 'whole',
    example: {},
  },
  policy_fields: {
    ...reads,
    words: 'Every field of the policy by section: what it means, its default and its limits.',
    account: 'none',
    example: {},
  },
  backtest_policy: {
    ...reads,
    role: 'operator',
    words:
      'Recorded history decided again under `document` by a process beside: started where it was not yet, else how far it is; asked again until `state` is no longer `running`.',
    account: 'whole',
    limit: 'heavy',
    example: { document: {} },
  },
  propose_policy: {
    ...changes,
    words:
      'Publishes a policy for others to compare and bring into force, and says what it would change; what `document` leaves out is at its default.',
    account: 'whole',
    example: { document: {}, by: 'me', reason: 'a check' },
  },
  activate_policy: {
    ...changes,
    words:
      'Brings a policy into force that was proposed or in force before. 422 where another came into force since it was proposed, unless `anyway`.',
    role: 'admin',
    account: 'whole',
    example: { version: 'none', by: 'me', reason: 'a check' },
  },
  list_keys: {
    ...reads,
    words: 'Keys of the API, newest first.',
    role: 'admin',
    account: 'whole',
    example: {},
  },
  create_key: {
    ...changes,
    words: 'Makes a key, which is told in this answer and never again.',
    secret: true,
    role: 'admin',
    account: 'whole',
    example: { name: 'exporter', role: 'operator' },
  },
  revoke_key: {
    ...changes,
    words: 'Ends a key at once.',
    role: 'admin',
    account: 'whole',
    example: { key_id: '0123456789abcdef01' },
  },
} satisfies Partial<Record<OperationName, Rule>>;
