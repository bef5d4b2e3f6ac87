/** Faults of the processes: killed, stopped and woken, coming and going, twice the same. */
import { setTimeout as pause } from 'node:timers/promises';
import { steps, type Step } from '../../../../engine/commit-path/faults.ts';
import { allReady, between, Missed, someInstance, until, type Kind } from '../kind.ts';
import { session_ms } from '../world.ts';

const most_occurrences = 12;

/** SIGKILL by itself at a named step. */
const killAt = (step: Step): Kind => ({
  name: `SIGKILL at ${step}`,
  instances: 2,
  async round(world, random) {
    const before = world.instances.length;
    const victim = someInstance(world, random);
    victim.tell({ do: 'die', step, occurrence: between(1, most_occurrences, random) });
    const { signal } = await until(`a death at ${step}`, 40_000, () => victim.ending);
    if (signal !== 'SIGKILL') throw new Missed(`it ended otherwise: ${JSON.stringify(victim.ending)}`);
    await allReady(world, before);
    return `${victim.task.name} killed itself at ${step}`;
  },
});

const killAtRandom: Kind = {
  name: 'SIGKILL at random',
  instances: 2,
  async round(world, random) {
    const before = world.instances.length;
    const victim = someInstance(world, random);
    await pause(random() * 600);
    victim.signal('SIGKILL');
    await victim.ended;
    await allReady(world, before);
    return `${victim.task.name} was killed`;
  },
};

/**
 * An instance sleeps past its session while others go on, or, every second time, while nothing comes: then it is not known
 * by the place alone that it came too late.
 */
const asleep: Kind = {
  name: 'SIGSTOP past the session',
  instances: 2,
  async round(world, random) {
    const sleeper = someInstance(world, random);
    const isQuiet = random() < 0.5;
    const claims = await world.view.claims();
    sleeper.signal('SIGSTOP');
    if (isQuiet) await world.quiet();
    try {
      await until('its partitions in other hands', 12 * session_ms, async () =>
        (await world.view.claims()) > claims ? true : undefined,
      );
      await pause(random() * 1_000);
    } finally {
      sleeper.signal('SIGCONT');
      world.busy();
    }
    const heard = sleeper.said.length;
    const isRefused = await sleeper.says(({ event }) => event === 'trouble', 3_000, heard);
    return `it slept ${isQuiet ? 'while nothing came' : 'under load'} and ${isRefused ? 'was refused' : 'gave up'} what others had`;
  },
};

const storm: Kind = {
  name: 'rebalance storm',
  instances: 1,
  async round(world, random) {
    const claims = await world.view.claims();
    const guests = [];
    for (let i = 0; i < 3; i++) {
      guests.push(await world.add());
      await pause(random() * 1_000);
    }
    for (const guest of guests) {
      if (random() < 0.5) await world.retire(guest);
      else {
        // It leaves without a word.
        const ended = world.retire(guest);
        guest.signal('SIGKILL');
        await ended;
      }
      await pause(random() * 1_000);
    }
    const changed = (await world.view.claims()) - claims;
    if (changed < 6) throw new Missed(`partitions changed hands only ${changed} times`);
    return `partitions changed hands ${changed} times`;
  },
};

/** A second process of the same name that takes everything, and does not ask the brokers. */
const twins: Kind = {
  name: 'two of one identity',
  instances: 1,
  async round(world, random) {
    const one = someInstance(world, random);
    const claims = await world.view.claims();
    const twin = world.start({ ...one.task, session_ms: null });
    const heard = one.said.length;
    await until('the twin refused, or the first', 40_000, () =>
      twin.ending !== undefined ? twin.ending : one.said.length > heard ? true : undefined,
    );
    await pause(500 + random() * 1_000);
    twin.signal('SIGKILL');
    await twin.ended;
    const changed = (await world.view.claims()) - claims;
    if (changed < 2) throw new Missed('the twin took nothing');
    return `a twin of ${one.task.name} made partitions change hands ${changed} times`;
  },
};

const clockJump: Kind = {
  name: 'clock jump',
  instances: 2,
  async round(world, random) {
    const one = someInstance(world, random);
    const heard = one.said.length;
    one.tell({ do: 'clock', off_by_ms: between(-400, 400, random) * 86_400_000 });
    if (!(await one.says(({ event }) => event === 'clock', 10_000, heard))) throw new Missed('its clock went on');
    await pause(300);
    return killAtRandom.round(world, random);
  },
};

export const processKinds: readonly Kind[] = [...steps.map(killAt), killAtRandom, asleep, storm, twins, clockJump];
