/** The learning cycle, and the compound learner's part of it: work of minutes, which is a job. */
import { z } from 'zod';
import type { AskedCycle, AccountCycle } from '../../operations/cycles/view.ts';
import { requestCycle } from '../../operations/cycles/cycle.ts';
import { cycleJob } from '../../operations/cycles/jobs.ts';
import { Reply, route, type Call, type Place, type Route } from '../route.ts';
import { account_id, begun, iso, list, maybe, num, text, time } from './shapes.ts';

const step = z.object({
  step: num.describe('1 to 7'),
  name: text,
  status: z.enum(['waiting', 'running', 'done', 'skipped', 'failed']),
  reason: text.nullable(),
  count: num,
});

export const cycleShape = z
  .object({
    account_id: text,
    cycle_id: text,
    status: z.enum(['asked', 'running', 'done', 'partial', 'refused']),
    runs_already: z.boolean().describe('Whether one ran already, so that no other began'),
    cycle_started_at: time.nullable(),
    cycle_completed_at: time.nullable(),
    duration_seconds: maybe,
    steps: list(step),
  })
  .meta({ id: 'Cycle' });

const cycleOf = ({ account_id: id, cycle }: AccountCycle, asked?: AskedCycle): z.input<typeof cycleShape> => {
  const runs_already = asked?.answer === 'runs_already';
  if (cycle === null || (asked !== undefined && cycle.cycle_id !== asked.cycle_id))
    return {
      account_id: id,
      cycle_id: asked?.cycle_id ?? '',
      status: 'asked',
      runs_already,
      cycle_started_at: null,
      cycle_completed_at: null,
      duration_seconds: null,
      steps: [],
    };
  const { cycle_id, status, started_ms, ended_ms, steps } = cycle;
  return {
    account_id: id,
    cycle_id,
    status,
    runs_already,
    cycle_started_at: iso(started_ms),
    cycle_completed_at: ended_ms === null ? null : iso(ended_ms),
    duration_seconds: ended_ms === null ? null : (ended_ms - started_ms) / 1_000,
    steps: steps.map(({ step: name, ...how }, i) => ({ step: i + 1, name, ...how })),
  };
};

const started = z.object({ ...begun, status: z.enum(['running', 'nothing_to_do']), cycles: list(cycleShape) });

interface Asked {
  readonly account_id?: string | null;
  readonly trigger_retrain?: boolean;
  readonly accuracy_threshold?: number;
}

/** Asks for cycles; the job is theirs, and what runs already is told beside it. */
async function begin(place: Place, asked: Asked, { command_id }: Call): Promise<Reply> {
  const { account_id: id, trigger_retrain: retrain, accuracy_threshold } = asked;
  const only = id ?? undefined;
  const request = {
    ...(only === undefined ? {} : { account_id: only }),
    ...(retrain === undefined ? {} : { retrain }),
    ...(accuracy_threshold === undefined ? {} : { accuracy_threshold }),
  };
  const answers = await requestCycle(place.context, request, command_id);
  const now = await place.operations.cycles(only === undefined ? {} : { account_id: only });
  const cycles = answers.map((answer) =>
    cycleOf(
      now.find((one) => one.account_id === answer.account_id) ?? { account_id: answer.account_id, cycle: null },
      answer,
    ),
  );
  const cycle_id = answers.find(({ answer }) => answer !== 'runs_already')?.cycle_id ?? answers[0]?.cycle_id;
  const job_id = cycleJob(cycle_id ?? `operator-${command_id}`);
  const status_url = `/api/jobs/${encodeURIComponent(job_id)}`;
  const status = answers.length === 0 ? 'nothing_to_do' : 'running';
  return new Reply(202, { job_id, status_url, status, cycles } satisfies z.input<typeof started>, {
    location: status_url,
  });
}

const takes = z.strictObject({
  account_id: account_id.nullable().exactOptional(),
  trigger_retrain: z.boolean().exactOptional(),
  accuracy_threshold: z.number().min(0).max(1).exactOptional(),
});

const run = route({
  id: 'run_cycle',
  method: 'POST',
  path: '/api/ml/self-learning-cycle',
  tag: 'Learning cycle',
  words:
    'All seven steps of learning now, for an account or for all: one cycle of an account at a time. Answers 202 with the job; a step that has nothing to do is skipped and says why.',
  role: 'operator',
  account: 'optional',
  limit: 'write',
  weight: 10,
  changes: true,
  takes,
  answer: started,
  status: 202,
  example: { account_id: 'act_1001', trigger_retrain: true, accuracy_threshold: 0.8 },
}).by(begin);

const status = route({
  id: 'cycle_status',
  method: 'GET',
  path: '/api/ml/self-learning-cycle/status',
  tag: 'Learning cycle',
  words: 'How far the cycle of an account is, or how the last one went: each step with status, count and reason.',
  role: 'viewer',
  account: 'optional',
  limit: 'read',
  changes: false,
  takes: z.strictObject({ account_id: account_id.exactOptional() }),
  answer: z.object({ cycles: list(cycleShape) }),
  example: { account_id: 'act_1001' },
}).by(async ({ operations }, of) => {
  const found = await operations.cycles(of);
  return { cycles: found.filter(({ cycle }) => cycle !== null).map((one) => cycleOf(one)) };
});

const learningCycle = route({
  id: 'compound_learning_cycle',
  method: 'POST',
  path: '/api/ml/compound/learning-cycle',
  tag: 'Compound learning',
  words:
    'The same under its other name: the ensemble learns from each actual as it comes, and its step is one of the seven of a cycle.',
  role: 'operator',
  account: 'optional',
  limit: 'write',
  weight: 10,
  changes: true,
  takes: z.strictObject({ account_id: account_id.nullable().exactOptional() }),
  answer: started,
  status: 202,
  example: { account_id: 'act_1001' },
}).by(begin);

export const cycleRoutes: readonly Route[] = [run, status];
export const learningCycleRoute: Route = learningCycle;
