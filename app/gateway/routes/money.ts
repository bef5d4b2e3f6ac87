/** Budgets, policies and the queue of variations. Who decided is who asked: nobody signs for another one. */
import { z } from 'zod';
import { answerShapes } from '../../operations/answers.ts';
import { argumentShapes } from '../../operations/arguments.ts';
import { route, type Route } from '../route.ts';
import { limit, word } from '../loops/shapes.ts';

const reads = { role: 'viewer', limit: 'read', changes: false } as const;
const writes = { role: 'operator', limit: 'write', changes: true, problems: [404] } as const;
const example = { account_id: 'act_1001' };
const reason = word.exactOptional();

const money = route({
  ...reads,
  id: 'get_money',
  method: 'GET',
  path: '/api/money',
  tag: 'Budgets',
  words:
    'Budgets of an account, or of all: mode and stops, changes that wait for a person, and those that were made, newest first.',
  account: 'optional',
  takes: z.strictObject({ account_id: word.exactOptional() }),
  answer: z.object({ accounts: answerShapes.money }),
  example,
}).by(async ({ operations }, of) => ({ accounts: await operations.money(of) }));

const command = route({
  ...writes,
  id: 'command_money',
  method: 'POST',
  path: '/api/money/commands',
  tag: 'Budgets',
  words:
    'Approves, rejects or undoes a change of a budget, undoes all since a time, stops or goes on, sets the mode. What comes of it is in GET /api/money.',
  account: 'optional',
  takes: argumentShapes.command_money.omit({ actor: true }),
  answer: answerShapes.command_money,
  example: { ...example, kind: 'kill', reason: 'a check' },
}).by(({ operations }, given, { principal }) => {
  const command = argumentShapes.command_money.parse({ ...given, actor: principal.id });
  return operations.command_money(command);
});

const policy = route({
  ...reads,
  id: 'get_policy',
  method: 'GET',
  path: '/api/policy',
  tag: 'Policy',
  words: 'The policy in force, or that of `version`, every field; with `account_id` as that account has it.',
  account: 'optional',
  problems: [404],
  takes: z.strictObject({ version: word.exactOptional(), account_id: word.exactOptional() }),
  answer: answerShapes.policy,
  example,
}).by(({ operations }, of) => operations.policy(of));

const policyHistory = route({
  ...reads,
  id: 'list_policies',
  method: 'GET',
  path: '/api/policy/history',
  tag: 'Policy',
  words: 'Every policy that was proposed or came into force, newest first: what it changed, who wanted it and why.',
  account: 'whole',
  takes: z.strictObject({}),
  answer: z.object({ policies: answerShapes.policy_history }),
  example: {},
}).by(async ({ operations }) => ({ policies: await operations.policy_history() }));

const propose = route({
  ...writes,
  id: 'propose_policy',
  method: 'POST',
  path: '/api/policy/proposals',
  tag: 'Policy',
  words: 'Publishes a policy for others to compare and bring into force, and says what it would change.',
  account: 'whole',
  takes: z.strictObject({ document: z.record(z.string(), z.unknown()), reason }),
  answer: answerShapes.propose_policy,
  example: { document: {}, reason: 'a check' },
}).by(({ operations }, given, { principal }) => operations.propose_policy({ ...given, by: principal.id }));

const activate = route({
  ...writes,
  id: 'activate_policy',
  method: 'POST',
  path: '/api/policy/activate',
  tag: 'Policy',
  words:
    'Brings a policy into force that was proposed or in force before. 422 where another came into force since it was proposed, unless `anyway`.',
  role: 'admin',
  account: 'whole',
  takes: z.strictObject({ version: word, anyway: z.boolean().exactOptional(), reason }),
  answer: answerShapes.activate_policy,
  example: { version: 'none', reason: 'a check' },
}).by(({ operations }, given, { principal }) => operations.activate_policy({ ...given, by: principal.id }));

const promotions = route({
  ...reads,
  id: 'get_promotions',
  method: 'GET',
  path: '/api/promotions',
  tag: 'Winners',
  words:
    'What promotions of an account earn against winners that were held out at random, with intervals, or what is missing to say so; and each winner with evidence, budget changes and effect.',
  account: 'required',
  weight: 4,
  takes: z.strictObject({ account_id: word, limit: limit.exactOptional() }),
  answer: answerShapes.promotions,
  example,
}).by(({ operations }, of) => operations.promotions(of));

const queue = route({
  ...reads,
  id: 'get_variations',
  method: 'GET',
  path: '/api/ml/ab/queue',
  tag: 'A/B tests',
  words:
    'Creatives that wait to be tested: variations that winners propose, in their order, by DNA score and expected information, with the winner that each varies; then what is over.',
  account: 'required',
  takes: z.strictObject({ account_id: word, limit: limit.exactOptional() }),
  answer: answerShapes.variations,
  example,
}).by(({ operations }, of) => operations.variations(of));

const decide = route({
  ...writes,
  id: 'decide_variation',
  method: 'POST',
  path: '/api/ml/ab/queue/decide',
  tag: 'A/B tests',
  words: 'Approves, skips, reopens or moves a variation in its queue. Nothing is published by it.',
  account: 'required',
  takes: argumentShapes.decide_variation.omit({ by: true }),
  answer: answerShapes.decide_variation,
  example: { ...example, variation_id: 'variation_1', action: 'skip', reason: 'a check' },
}).by(({ operations }, given, { principal }) => {
  const choice = argumentShapes.decide_variation.parse({ ...given, by: principal.id });
  return operations.decide_variation(choice);
});

export const moneyRoutes: readonly Route[] = [
  money,
  command,
  policy,
  policyHistory,
  propose,
  activate,
  promotions,
  queue,
  decide,
];
