/** Learning cycles: asking for one, of an account or of all, and how the last ones went. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Runtime } from '../../../engine/runtime.ts';
import { learningCycle } from '../../../processors/cycle/decide.ts';
import { cycleView } from '../../../processors/cycle/views.ts';
import { cycleProgressed, cycleRequested } from '../../../schemas/index.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { OperationsContext } from '../context.ts';
import type { AccountCycle, AskedCycle, CycleRequest } from './view.ts';
import { keptState, keptStates } from '../running/kept-state.ts';
import { timeOf } from '../time-of.ts';

/** How long the loop is given to say whether it begins or another cycle runs, milliseconds. */
const answer_ms = 3_000;

/** The cycle of an account that runs or ran last, or of all that ever had one. */
export async function cycles(
  { engine }: Pick<OperationsContext, 'engine'>,
  { account_id }: { readonly account_id?: string },
): Promise<readonly AccountCycle[]> {
  if (account_id !== undefined) {
    const state = await keptState(engine, learningCycle, account_id);
    return [{ account_id, cycle: state === undefined ? null : cycleView(account_id, state) }];
  }
  const found: AccountCycle[] = [];
  for await (const { key, state } of keptStates(engine, learningCycle))
    found.push({ account_id: key, cycle: cycleView(key, state) });
  return found.sort((a, b) => (a.account_id < b.account_id ? -1 : 1));
}

/**
 * Asks for a cycle, named by its command, and says what runs now. What comes of it are events; `cycles` tells how far it is.
 * @throws FlywheelError `usage.invalid` where the account is not known
 */
export async function requestCycle(
  context: OperationsContext,
  { account_id: only, retrain = true, accuracy_threshold }: CycleRequest,
  command_id: string = randomUUID(),
): Promise<readonly AskedCycle[]> {
  const known = context.directory.accounts();
  if (only !== undefined && !known.includes(only))
    throw new FlywheelError('usage.invalid', {
      why: `there is no account ${only}`,
      what_to_do: 'name an account that has an ad or an experiment, or none for all of them',
    });
  const accounts = only === undefined ? known : [only];
  if (accounts.length === 0) return [];
  const cycle_id = `operator-${command_id}`;
  const at_ms = timeOf(context);
  const events = accounts.map((account_id) =>
    cycleRequested.event({
      account_id,
      cycle_id,
      retrain,
      accuracy_threshold: accuracy_threshold ?? null,
      at_ms,
    }),
  );
  const answers = await heard(context.engine, { cycle_id, accounts }, () =>
    context.engine.publish({ source: cycle_id, position: 'asked', events }),
  );
  return accounts.map((account_id): AskedCycle => {
    const running = answers.get(account_id);
    if (running === undefined) return { account_id, cycle_id, answer: 'asked' };
    return { account_id, cycle_id: running, answer: running === cycle_id ? 'began' : 'runs_already' };
  });
}

const progressShape = z.object({
  account_id: z.string(),
  cycle_id: z.string(),
  running_cycle_id: z.string().nullable(),
});

/** Publishes, and listens for what the loop says of the request first: which cycle runs, by account. */
async function heard(
  engine: Runtime,
  { cycle_id, accounts }: { readonly cycle_id: string; readonly accounts: readonly string[] },
  publish: () => Promise<void>,
): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  let all: () => void = () => undefined;
  const everyone = new Promise<void>((resolve) => (all = resolve));
  const stop = engine.tail((events) => {
    for (const { record, value } of events) {
      if (record.topic !== cycleProgressed.name) continue;
      const said = progressShape.safeParse(value);
      if (!said.success || said.data.cycle_id !== cycle_id || answers.has(said.data.account_id)) continue;
      answers.set(said.data.account_id, said.data.running_cycle_id ?? cycle_id);
    }
    if (answers.size === accounts.length) all();
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    await publish();
    await Promise.race([everyone, new Promise((resolve) => (timer = setTimeout(resolve, answer_ms)))]);
  } finally {
    clearTimeout(timer);
    stop();
  }
  return answers;
}
