/** Random runs of the toy topology on the driver: events, clock steps back and forth, deaths at named steps, lost commits. */
import fc from 'fast-check';
import { Crash, Driver } from '../../engine/driver/driver.ts';
import { steps, type Step } from '../../engine/commit-path/faults.ts';
import type { Replaceable } from '../../engine/options.ts';
import { toyOptions } from './options.ts';
import { seenOf, type Seen } from './oracle.ts';

interface Death {
  readonly step: Step;
  /** Dies at this occurrence of the step, counted from the publication. */
  readonly occurrence: number;
  /** Commits that the ledger forgets with the process. */
  readonly lost_commits: number;
  /** Arrives while the process is dead, at a clock that may have stepped back. */
  readonly meanwhile: readonly { readonly topic: string; readonly value: object }[];
}

export interface Turn {
  readonly events: readonly { readonly topic: string; readonly value: object }[];
  /** The log's clock may step back: append times of several inputs then contradict the order of arrival. */
  readonly clock_ms: number;
  readonly deaths: readonly Death[];
}

const account = fc.constantFrom('a', 'b', 'c');
const ad = fc.constantFrom('x', 'y');
const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      topic: fc.constant('toy.measured'),
      value: fc.record({ account_id: account, ad_id: ad, amount: fc.integer({ min: 0, max: 20 }) }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      topic: fc.constant('toy.noted'),
      value: fc.record({ account_id: account, ad_id: ad, note: fc.nat(20) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ topic: fc.constant('toy.hour'), value: fc.record({ hour: fc.nat(23) }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      topic: fc.constant('toy.policy'),
      value: fc.record({ version: fc.constantFrom('p1', 'p2') }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      topic: fc.constant('toy.measured'),
      value: fc.record({ account_id: account, ad_id: ad, amount: fc.constant(-1) }),
    }),
  },
);
const death: fc.Arbitrary<Death> = fc.record({
  step: fc.constantFrom(...steps),
  occurrence: fc.integer({ min: 1, max: 6 }),
  lost_commits: fc.constantFrom(0, 0, 1, 2, 3),
  meanwhile: fc.array(event, { maxLength: 3 }),
});

export const turns: fc.Arbitrary<readonly Turn[]> = fc.array(
  fc.record({
    events: fc.array(event, { minLength: 1, maxLength: 6 }),
    clock_ms: fc.integer({ min: -5, max: 20 }),
    deaths: fc.array(death, { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 12 },
);

const start_ms = 1_700_000_000_000;

async function live(driver: Driver, deaths: readonly Death[], arrivals: boolean): Promise<number> {
  let died = 0;
  for (const { step, occurrence, lost_commits, meanwhile } of deaths) {
    let left = occurrence;
    driver.onStep = (at) => {
      if (at === step && --left === 0) throw new Crash(`at ${step}`);
    };
    if (await driver.settle()) continue;
    died++;
    driver.onStep = undefined;
    driver.ledger.lose(lost_commits);
    if (arrivals && meanwhile.length > 0) {
      driver.clock.advance(-10);
      await driver.arrive('meanwhile', String(died), meanwhile);
    }
    await driver.start();
  }
  driver.onStep = undefined;
  await driver.survive();
  return died;
}

/** Plays the turns; `faulty` false leaves the deaths out. Returns what is seen at the end and how often it died. */
/** Which faults a run has: none, deaths, or deaths with events that arrive meanwhile. */
export type Faults = 'none' | 'deaths' | 'deaths and arrivals';

export async function play(
  turnsOfRun: readonly Turn[],
  faults: Faults,
  replace?: Replaceable,
): Promise<{ seen: Seen; died: number }> {
  const driver = new Driver({ ...toyOptions, start_ms, ...(replace === undefined ? {} : { replace }) });
  await driver.start();
  let died = 0;
  for (const [i, turn] of turnsOfRun.entries()) {
    driver.clock.advance(turn.clock_ms);
    await driver.engine.publish({ source: 'turns', position: String(i), events: turn.events });
    died += await live(driver, faults === 'none' ? [] : turn.deaths, faults === 'deaths and arrivals');
  }
  if (driver.failures.length > 0) throw driver.failures[0];
  const seen = await seenOf(driver.engine, driver.rows.sent);
  await driver.stop();
  return { seen, died };
}
