/** Jobs, writes that were not seen by all yet, search, and who the caller is. */
import { z } from 'zod';
import { roles, seesAccount } from '../../access/principal.ts';
import { signatureOf } from '../../access/signature.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import { job } from '../../operations/cycles/jobs.ts';
import { notPassed, parseWrite } from '../../operations/events/passed.ts';
import { search } from '../../operations/names/search.ts';
import { route, type Route } from '../route.ts';
import { copy, limit, list, num, text, word } from '../loops/shapes.ts';

const reads = { role: 'viewer', limit: 'read', changes: false } as const;

const step = z.object({ step: text, status: text, reason: text.nullable(), count: num });

const jobs = route({
  ...reads,
  id: 'get_job',
  method: 'GET',
  path: '/api/jobs/{job_id}',
  tag: 'Work',
  words: 'How far a job is: what is done of what there is, by account.',
  account: 'own',
  takes: z.strictObject({ job_id: word }),
  answer: z.object({
    job_id: text,
    kind: z.enum(['cycle', 'actuals']),
    status: z.enum(['running', 'done', 'partial', 'refused']),
    done: num,
    total: num,
    progress: num.describe('Fraction'),
    accounts: list(z.object({ account_id: text, status: text, done: num, failed: num, steps: list(step) })),
  }),
  example: { job_id: 'cycle:operator-1' },
}).by(async ({ context }, { job_id }, { principal }) => {
  const found = await job(context, job_id);
  const own = found?.accounts.filter(({ account_id }) => seesAccount(principal, account_id)) ?? [];
  if (found === null || (own.length === 0 && found.accounts.length > 0))
    throw new FlywheelError('job.unknown', { id: job_id.slice(0, 120) });
  const { kind, status, done, total } = found;
  return { job_id, kind, status, done, total, progress: total === 0 ? 1 : done / total, accounts: own };
});

const writes = route({
  ...reads,
  id: 'get_write',
  method: 'GET',
  path: '/api/writes/{write_id}',
  tag: 'Work',
  words: 'Whether a write has been seen by the groups that its route names: the id is that of the answer 202.',
  account: 'none',
  takes: z.strictObject({ write_id: z.string().min(1).max(500) }),
  answer: z.object({ write_id: text, status: z.enum(['waiting', 'passed']), waits_for: list(text) }),
  example: { write_id: 'W1tbImFkLmNyZWF0ZWQiLDAsMV1dLFsidGhvbXBzb24tc2FtcGxpbmciXV0' },
}).by(async ({ context: { engine } }, { write_id }) => {
  const write = parseWrite(engine, write_id);
  if (write === null) throw new FlywheelError('job.unknown', { id: write_id.slice(0, 120) });
  const waits_for = await notPassed(engine, write.marks, write.passing);
  return { write_id, status: waits_for.length === 0 ? 'passed' : 'waiting', waits_for };
});

const found = route({
  ...reads,
  id: 'search',
  method: 'GET',
  path: '/api/search',
  tag: 'Work',
  words: 'Ads and experiments of the caller’s accounts by words of their names, headlines and ids.',
  account: 'own',
  weight: 2,
  takes: z.strictObject({ q: copy, account_id: word.exactOptional(), limit: limit.exactOptional() }),
  answer: z.object({
    query: text,
    results: list(
      z.object({
        kind: z.enum(['ad', 'experiment']),
        account_id: text,
        id: text,
        name: text,
        in: z.enum(['id', 'name', 'headline']),
      }),
    ),
  }),
  problems: [403],
  example: { q: 'delivery', account_id: 'act_1001' },
}).by(({ context }, { q, account_id, limit: most = 20 }, { principal }) => {
  if (account_id !== undefined && !seesAccount(principal, account_id))
    throw new FlywheelError('request.account', { field: 'account_id', value: account_id.slice(0, 120) });
  const known = context.directory.accounts().filter((id) => seesAccount(principal, id));
  const accounts = account_id === undefined ? known : [account_id];
  return Promise.resolve({ query: q, results: search(context, { accounts, text: q, limit: most }) });
});

const me = route({
  ...reads,
  id: 'who_am_i',
  method: 'GET',
  path: '/api/me',
  tag: 'Access',
  words: 'Who the server takes the caller for: its role, and the accounts that it may see.',
  account: 'own',
  takes: z.strictObject({}),
  answer: z.object({
    principal: text,
    name: text.describe('What it signs with: of a caller on this machine the name of its user'),
    role: z.enum(roles),
    accounts: z.union([z.literal('all'), list(text)]),
  }),
  example: {},
}).by((_place, _given, { principal: { id, role, accounts } }) =>
  Promise.resolve({ principal: id, name: signatureOf(id), role, accounts }),
);

export const workRoutes: readonly Route[] = [jobs, writes, found, me];
