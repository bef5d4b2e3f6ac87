/** What the log holds: decisions, events and dead letters, a page at a time and of the caller's accounts alone. */
import { z } from 'zod';
import { seesAccount, type Principal } from '../../access/principal.ts';
import type { EngineEvent } from '../../../engine/engine.ts';
import { schemaTopicOf } from '../../../engine/dead-letters/sent-back.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { answerShapes } from '../../operations/answers.ts';
import { decision_topics, decisionRow } from '../../operations/decisions/row.ts';
import { eventView } from '../../operations/events/view.ts';
import type { EventView, Explanation, FollowNode } from '../../operations/operations.ts';
import { pageOf } from '../../operations/events/pages.ts';
import { decisionRow as decisionShape, eventView as eventShape } from '../../operations/results.ts';
import { explanation, followNode } from '../../operations/decisions/explain-results.ts';
import { route, type Route } from '../route.ts';
import { checkTopic, seesTopic } from '../scope.ts';
import { limit, list, text, word } from '../loops/shapes.ts';

const reads = { tag: 'Log', role: 'viewer', limit: 'read', changes: false } as const;
const usual_limit = 50;

const page = { limit: limit.exactOptional(), after: z.string().min(1).max(4_000).exactOptional() };
const next = text.nullable().describe('The `after` of the next page; null where this is the last');

/** Account of an event; null where it is of none, as ticks and policies are. */
function accountOf(value: unknown): string | null {
  const id: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, 'account_id') : null;
  return typeof id === 'string' ? id : null;
}

/** Whether the caller may see an event: of his account, or of nobody's where he may see all. */
const sees =
  (principal: Principal, only?: string) =>
  ({ value }: Pick<EngineEvent, 'value'>): boolean => {
    const account = accountOf(value);
    if (only !== undefined && account !== only) return false;
    return account === null ? principal.accounts === 'all' : seesAccount(principal, account);
  };

const seesView =
  (principal: Principal) =>
  (event: EventView): boolean =>
    seesTopic(principal, event.topic) && sees(principal)(event);

const decisions = route({
  ...reads,
  id: 'list_decisions',
  method: 'GET',
  path: '/api/decisions',
  words:
    'Decisions, newest first: winners, winners taken back, changes of budgets with why they were not made, and splits that are proposed.',
  account: 'optional',
  takes: z.strictObject({ account_id: word.exactOptional(), topic: z.enum(decision_topics).exactOptional(), ...page }),
  answer: z.object({ decisions: list(decisionShape), next }),
  problems: [400],
  example: { account_id: 'act_1001', limit: 20 },
}).by(async ({ context }, { account_id, topic, limit: most = usual_limit, after }, { principal }) => {
  const found = await pageOf(context.engine, {
    topics: topic === undefined ? decision_topics : [topic],
    limit: most,
    ...(after === undefined ? {} : { after }),
    matches: sees(principal, account_id),
  });
  return { decisions: found.events.flatMap((event) => decisionRow(event, context.directory) ?? []), next: found.next };
});

/** Keeps of an explanation what the caller may see: a chain may lead through what others told a niche. */
function narrowed(said: Explanation, principal: Principal): Explanation {
  const own = (event: EventView): boolean => {
    const account = accountOf(event.value);
    if (!seesTopic(principal, event.topic)) return false;
    return account === null || seesAccount(principal, account);
  };
  return { ...said, chain: said.chain.filter(own), inputs: said.inputs.filter(own) };
}

const explain = route({
  ...reads,
  id: 'explain_decision',
  method: 'GET',
  path: '/api/decisions/explain',
  words:
    'Why: the cause of a decision, the raw events behind it, the state it met, its numbers, and whether it can be made again.',
  account: 'own',
  limit: 'heavy',
  takes: z.strictObject({ id: word }),
  answer: explanation,
  problems: [404],
  example: { id: 'auto-promoter/1/evidence.changed/0/1/0' },
}).by(async ({ operations }, of, { principal }) => {
  const said = await operations.explain(of);
  // What others decided is not there, rather than forbidden: its id alone tells something.
  if (said === null || !seesView(principal)(said.decision)) throw new FlywheelError('decision.unknown', of);
  return narrowed(said, principal);
});

function pruned({ caused, ...node }: FollowNode, principal: Principal): FollowNode {
  const own = caused.filter(({ event }) => seesView(principal)(event));
  return { ...node, caused: own.map((one) => pruned(one, principal)) };
}

const follow = route({
  ...reads,
  id: 'follow_event',
  method: 'GET',
  path: '/api/events/follow',
  words: 'What an event caused, as a tree. `id` is `topic/partition/offset` or the id of a decision.',
  account: 'own',
  limit: 'heavy',
  takes: z.strictObject({ id: word }),
  answer: followNode,
  problems: [404],
  example: { id: 'ad.created/0/0' },
}).by(async ({ operations }, of, { principal }) => {
  const said = await operations.follow(of);
  if (said === null || !seesView(principal)(said.event)) throw new FlywheelError('event.unknown', of);
  return pruned(said, principal);
});

const events = route({
  ...reads,
  id: 'list_events',
  method: 'GET',
  path: '/api/events',
  words: 'Events of a topic, newest first.',
  account: 'optional',
  takes: z.strictObject({ topic: word, account_id: word.exactOptional(), ...page }),
  answer: z.object({ events: list(eventShape), next }),
  problems: [404],
  example: { topic: 'ad.created', account_id: 'act_1001', limit: 20 },
}).by(async ({ context: { engine } }, { topic, account_id, limit: most = usual_limit, after }, { principal }) => {
  checkTopic({ id: 'list_events' }, topic, principal);
  const known = engine.topology.topics.map(({ name }) => name);
  if (!known.includes(schemaTopicOf(topic)))
    throw new FlywheelError('topic.unknown', { topic, known: known.join(', ') });
  const found = await pageOf(engine, {
    topics: [topic],
    limit: most,
    ...(after === undefined ? {} : { after }),
    matches: sees(principal, account_id),
  });
  return { events: found.events.map(eventView), next: found.next };
});

const deadLetters = route({
  ...reads,
  id: 'list_dead_letters',
  method: 'GET',
  path: '/api/dead-letters',
  words: 'Records that groups refused, newest first. They are of all accounts, and some of nobody knows which.',
  account: 'whole',
  takes: z.strictObject({ group: word.exactOptional(), topic: word.exactOptional(), limit: limit.exactOptional() }),
  answer: answerShapes.dead_letters,
  example: { limit: 20 },
}).by(({ operations }, filter) => operations.dead_letters(filter));

const deadLetter = route({
  ...reads,
  id: 'get_dead_letter',
  method: 'GET',
  path: '/api/dead-letters/{id}',
  words: 'One of them with its bytes, and what each decoder said. `id` is `partition:offset`.',
  account: 'whole',
  takes: z.strictObject({ id: word }),
  answer: answerShapes.dead_letter,
  example: { id: '0:0' },
}).by(async ({ operations }, of) => {
  const found = await operations.dead_letter(of);
  if (found === null) throw new FlywheelError('dead_letter.unknown', of);
  return found;
});

const settles = {
  tag: 'Log',
  role: 'operator',
  account: 'whole',
  limit: 'write',
  changes: true,
  problems: [404],
} as const;

const redrive = route({
  ...settles,
  id: 'redrive_dead_letters',
  method: 'POST',
  path: '/api/dead-letters/redrive',
  words: 'Sends dead letters back to the group that refused them, by id, group or topic.',
  weight: 10,
  takes: z.strictObject({
    group: word.exactOptional(),
    topic: word.exactOptional(),
    ids: z.array(word).max(100_000).exactOptional(),
  }),
  answer: answerShapes.redrive,
  example: { ids: ['0:0'] },
}).by(({ operations }, filter) => operations.redrive(filter));

const discard = route({
  ...settles,
  id: 'discard_dead_letters',
  method: 'POST',
  path: '/api/dead-letters/discard',
  words: 'Gives dead letters up for good.',
  weight: 10,
  takes: z.strictObject({ ids: z.array(word).min(1).max(100_000) }),
  answer: answerShapes.discard,
  example: { ids: ['0:0'] },
}).by(({ operations }, choice) => operations.discard(choice));

const lag = route({
  ...reads,
  id: 'get_lag',
  method: 'GET',
  path: '/api/lag',
  words: 'Records that each group has before it by partition, and those that wait upstream.',
  account: 'none',
  takes: z.strictObject({ group: word.exactOptional() }),
  answer: z.object({ lag: answerShapes.lag }),
  problems: [404],
  example: {},
}).by(async ({ operations }, of) => ({ lag: await operations.lag(of) }));

export const logRoutes: readonly Route[] = [
  decisions,
  explain,
  events,
  follow,
  deadLetters,
  deadLetter,
  redrive,
  discard,
  lag,
];
