import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CycleProgressed, CycleRequested, CycleStepFinished, CycleStepRequested } from '../../schemas/index.ts';
import { step_timeout_ms } from './course.ts';
import { decide } from './decide.ts';
import { initialAccount, steps, type AccountState } from './state.ts';
import { cycleView } from './views.ts';

const at_ms = Date.UTC(2026, 0, 1);
const tick = { hour_ms: at_ms };

/** An account's cycles, event by event; `now_ms` is the log's clock. */
class Account {
  now_ms = at_ms;
  state: AccountState = initialAccount();
  dormant: boolean | undefined = true;
  readonly asked: CycleStepRequested[] = [];
  readonly told: CycleProgressed[] = [];

  ask(cycle_id: string, given: Partial<CycleRequested> = {}): void {
    const event = { account_id: 'act', cycle_id, retrain: true, accuracy_threshold: null, at_ms, ...given };
    this.#take(decide['cycle.requested'](this.state, event, this.#context()));
  }

  answer(given: Partial<CycleStepFinished> = {}): void {
    const { cycle_id, step } = this.asked.at(-1) ?? { cycle_id: '', step: 'fetch_actuals' };
    const outcome = { status: 'done', reason: 'as it should be', count: 2 } as const;
    const event = { account_id: 'act', cycle_id, step, ...outcome, at_ms, ...given };
    this.#take(decide['cycle.step.finished'](this.state, event, this.#context()));
  }

  tick(): void {
    this.#take(decide['tick.hourly'](this.state, tick, this.#context()));
  }

  get last(): CycleProgressed | undefined {
    return this.told.at(-1);
  }

  #context() {
    const rest = { seed: 0, random: () => 0, policy: { version: '1' }, parts: new Map<string, never>() };
    return { at_ms: this.now_ms, key: 'act', stateKey: '', ...rest };
  }

  #take(decision: ReturnType<(typeof decide)['tick.hourly']>): void {
    this.state = decision.state ?? initialAccount();
    this.dormant = decision.dormant;
    for (const { topic, value } of decision.emit ?? [])
      if (topic === 'cycle.step.requested') this.asked.push(value);
      else this.told.push(value);
  }
}

describe('a cycle', () => {
  it('goes through its seven steps in their order, one at a time, and tells each', () => {
    const account = new Account();
    account.ask('one', { retrain: false, accuracy_threshold: 0.9, at_ms: at_ms - 5 });
    for (let i = 0; i < steps.length; i++) {
      expect(account.asked).toHaveLength(i + 1);
      expect(account.dormant).toBe(false);
      account.now_ms += 10;
      account.answer();
    }
    expect(account.asked.map(({ step }) => step)).toEqual(steps);
    expect(
      new Set(
        account.asked.map(({ retrain, accuracy_threshold, at_ms: of }) => [retrain, accuracy_threshold, of].join()),
      ),
    ).toEqual(new Set([[false, 0.9, at_ms - 5].join()]));
    expect(account.told.map(({ status }) => status)).toEqual([...steps.map(() => 'running'), 'done']);
    expect(account.last).toMatchObject({ cycle_id: 'one', started_ms: at_ms, ended_ms: at_ms + 70, at_ms: at_ms - 5 });
    expect(account.dormant).toBe(true);
    expect(cycleView('act', account.state)).toMatchObject({ status: 'done', steps: account.last?.steps });
  });

  it('shows of each step how it stands, what was done and why not', () => {
    const account = new Account();
    account.ask('one');
    account.answer({ status: 'skipped', reason: 'nothing has matured', count: 0 });
    expect(account.last?.steps.slice(0, 3)).toEqual([
      { step: 'fetch_actuals', status: 'skipped', reason: 'nothing has matured', count: 0 },
      { step: 'calculate_accuracy', status: 'running', reason: null, count: 0 },
      { step: 'auto_retrain', status: 'waiting', reason: null, count: 0 },
    ]);
  });

  it('is the only one of its account: another request is answered with its id', () => {
    const account = new Account();
    account.ask('one');
    account.ask('two');
    expect(account.last).toMatchObject({ cycle_id: 'two', status: 'refused', running_cycle_id: 'one', steps: [] });
    expect(account.asked).toHaveLength(1);
    for (const _ of steps) account.answer();
    account.ask('three');
    expect(account.last).toMatchObject({ cycle_id: 'three', status: 'running' });
  });

  it('that is asked for again under its name answers how it stands and does nothing twice', () => {
    const account = new Account();
    account.ask('one');
    account.answer();
    const before = account.last;
    account.ask('one');
    expect(account.last).toEqual(before);
    for (const _ of steps.slice(1)) account.answer();
    account.ask('one');
    expect(account.last?.status).toBe('done');
    expect(account.asked).toHaveLength(steps.length);
  });

  it('goes on without a loop that does not answer, says so, and is partial then', () => {
    const account = new Account();
    account.ask('one');
    account.now_ms += step_timeout_ms - 1;
    account.tick();
    expect(account.told).toHaveLength(1);
    account.now_ms += 1;
    account.tick();
    const [first, second] = account.last?.steps ?? [];
    expect(first).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('did not answer within 10 minutes') as string,
    });
    expect(second?.status).toBe('running');
    // What comes too late changes nothing of it.
    account.answer({ step: 'fetch_actuals' });
    expect(account.last?.steps[0]?.status).toBe('failed');
    for (const _ of steps.slice(1)) account.answer();
    expect(account.last?.status).toBe('partial');
  });

  it('that nobody ticks is given up step by step by who asks for another', () => {
    const account = new Account();
    account.ask('one');
    for (const _ of steps.slice(2)) account.answer();
    account.now_ms += step_timeout_ms;
    account.ask('two');
    expect(account.last).toMatchObject({ status: 'refused', running_cycle_id: 'one' });
    account.now_ms += step_timeout_ms;
    account.ask('three');
    expect(account.told.slice(-2)).toMatchObject([
      { cycle_id: 'one', status: 'partial' },
      { cycle_id: 'three', status: 'running' },
    ]);
  });

  it('asks for no step twice, and ends, whatever comes in whatever order', () => {
    const action = fc.constantFrom('answer', 'stray', 'late', 'tick', 'again', 'other');
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const account = new Account();
        account.ask('one');
        for (const one of actions) {
          account.now_ms += 1;
          if (one === 'answer') account.answer();
          else if (one === 'stray') account.answer({ step: 'auto_promote' });
          else if (one === 'late') account.answer({ cycle_id: 'zero' });
          else if (one === 'again') account.ask('one');
          else if (one === 'other' && account.dormant === false) account.ask('two');
          else account.tick();
        }
        for (const _ of steps) {
          account.now_ms += step_timeout_ms;
          account.tick();
        }
        expect(account.asked.map(({ step }) => step)).toEqual(steps);
        expect(
          account.told.filter(({ ended_ms, status }) => ended_ms !== null && status !== 'refused').length,
        ).toBeGreaterThan(0);
        expect(account.state.cycle?.steps.every(({ status }) => status !== 'running' && status !== 'waiting')).toBe(
          true,
        );
      }),
    );
  });
});
