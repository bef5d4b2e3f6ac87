/** Keys of the API, and what was asked for by whom. */
import { z } from 'zod';
import { auditRecorded } from '../../../schemas/index.ts';
import { pageOf } from '../../operations/events/pages.ts';
import { answerShapes } from '../../operations/answers.ts';
import { newKeyShape } from '../../operations/running/keys.ts';
import { route, type Route } from '../route.ts';
import { limit, list, num, text, word } from '../loops/shapes.ts';

const access = { tag: 'Access', role: 'admin', account: 'whole' } as const;

const all = route({
  ...access,
  id: 'list_keys',
  method: 'GET',
  path: '/api/keys',
  words:
    'Keys of the API, newest first: who they are for and until when. The keys themselves nobody has but their holders.',
  limit: 'read',
  changes: false,
  takes: z.strictObject({}),
  answer: z.object({ keys: answerShapes.list_keys }),
  example: {},
}).by(async ({ operations }) => ({ keys: await operations.list_keys() }));

const create = route({
  ...access,
  id: 'create_key',
  method: 'POST',
  path: '/api/keys',
  words:
    'Makes a key. It is told in this answer and never again; without `accounts` it is for all of them, without `days` for 90.',
  limit: 'write',
  changes: true,
  secret: true,
  takes: newKeyShape,
  answer: answerShapes.create_key,
  example: { name: 'exporter', role: 'operator', accounts: ['act_1001'] },
}).by(({ context: { keys } }, given, { principal }) => keys.create({ ...given, by: principal.id }));

const revoke = route({
  ...access,
  id: 'revoke_key',
  method: 'DELETE',
  path: '/api/keys/{key_id}',
  words: 'Ends a key at once, on every instance.',
  limit: 'write',
  changes: true,
  takes: z.strictObject({ key_id: word }),
  answer: answerShapes.revoke_key,
  example: { key_id: '0123456789abcdef01' },
}).by(({ context: { keys } }, { key_id }, { principal }) => keys.revoke(key_id, principal.id));

const recorded = z.object({
  account_id: text,
  request_id: text,
  command_id: text,
  principal: text,
  role: text,
  operation: text,
  given: text,
  status: num,
  code: text.nullable(),
  at_ms: num,
});

const audit = route({
  ...access,
  id: 'list_audit',
  method: 'GET',
  path: '/api/audit',
  words: 'Changes that were asked for, newest first: by whom, with what, and what came of it.',
  limit: 'read',
  changes: false,
  takes: z.strictObject({ limit: limit.exactOptional(), after: z.string().min(1).max(4_000).exactOptional() }),
  answer: z.object({ entries: list(recorded), next: text.nullable() }),
  example: { limit: 20 },
}).by(async ({ context: { engine } }, { limit: most = 50, after }) => {
  const { events, next } = await pageOf(engine, {
    topics: [auditRecorded.name],
    limit: most,
    ...(after === undefined ? {} : { after }),
  });
  return { entries: events.flatMap(({ value }) => (value === null ? [] : [recorded.parse(value)])), next };
});

export const accessRoutes: readonly Route[] = [all, create, revoke, audit];
