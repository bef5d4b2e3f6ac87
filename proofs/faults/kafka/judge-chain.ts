/** What the group `chain` must have made of its inputs: one link of each for its key, in an unbroken chain. */
import type { CauseName } from '../../../engine/ports.ts';
import type { Runtime } from '../../../engine/runtime.ts';
import { ChainModel } from './chain-model.ts';
import { keyOf, statesOf, type Fields, type Found, type Input } from './judge.ts';
import { grouped, type Tally } from './tally.ts';

/** What one input did to one key: a link, or a dead letter where the handler threw or the key waits. */
interface Effect {
  readonly cause: CauseName;
  readonly key: string;
  readonly isLetter: boolean;
  readonly value: Fields;
}

const identityOf = ({ topic, partition, offset }: CauseName, key: string): string =>
  `${topic}/${partition}/${offset} for ${key.replace('\u0000', '/')}`;

export async function judgeChain(found: Found, engine: Runtime, tally: Tally): Promise<void> {
  const effects = effectsIn(found);
  const byKey = grouped(effects, ({ key }) => key);
  tally.effects += effects.length;
  once(effects, tally);
  complete(found, byKey, tally);
  const states = new Map<string, unknown>();
  for (const [key, own] of byKey) {
    const model = new ChainModel(key);
    const links = own.filter(({ isLetter }) => !isLetter);
    for (const link of links) follow(model, link, found, tally);
    inOrder(links, tally);
    waiting(key, own, found, tally);
    if (links.length > 0) states.set(key, { n: model.n, hash: model.hash });
  }
  tally.compare('state of chain', states, await statesOf(engine, 'chain'));
}

function effectsIn({ links, letters }: Found): readonly Effect[] {
  const effects: Effect[] = [];
  for (const { record, value } of links.flat())
    if (record.name !== undefined && value !== undefined)
      effects.push({ cause: record.name, key: keyOf(value), isLetter: false, value });
  for (const { record, value } of letters)
    if (record.name?.group === 'chain' && value !== undefined && typeof value['state_key'] === 'string')
      effects.push({ cause: record.name, key: value['state_key'], isLetter: true, value });
  return effects;
}

/** No input did two things to a key. */
function once(effects: readonly Effect[], tally: Tally): void {
  const seen = new Set<string>();
  for (const { cause, key } of effects) {
    const identity = identityOf(cause, key);
    if (seen.has(identity)) tally.add('duplicated', `what ${identity} caused`);
    seen.add(identity);
  }
}

/** Every amount and note did something to its key, and every hour since the first that a key met did to it. */
function complete({ inputs }: Found, byKey: ReadonlyMap<string, readonly Effect[]>, tally: Tally): void {
  const done = new Map([...byKey].map(([key, own]) => [key, new Set(own.map(({ cause }) => identityOf(cause, key)))]));
  const expect = ({ topic, record }: Input, key: string): void => {
    const identity = identityOf({ group: 'chain', run: 1, topic, ordinal: 0, ...placeOf(record) }, key);
    if (done.get(key)?.has(identity) !== true) tally.add('lost', `the link or dead letter of ${identity}`);
  };
  for (const topic of ['toy.measured', 'toy.noted'])
    for (const input of (inputs.get(topic) ?? []).flat())
      if (input.value !== undefined) expect(input, keyOf(input.value));
  const hours = inputs.get('toy.hour') ?? [];
  for (const [key, own] of byKey) {
    const met = own.filter(({ cause }) => cause.topic === 'toy.hour').map(({ cause }) => cause.offset);
    const first = Math.min(...met);
    const partition = own[0]?.cause.partition ?? 0;
    for (const hour of hours[partition] ?? []) if (hour.record.offset >= first) expect(hour, key);
  }
}

const placeOf = ({ partition, offset }: Input['record']): { partition: number; offset: number } => ({
  partition,
  offset,
});

function follow(model: ChainModel, { cause, key, value }: Effect, { inputs }: Found, tally: Tally): void {
  const input = inputs.get(cause.topic)?.[cause.partition]?.find(({ record }) => record.offset === cause.offset);
  if (input?.value === undefined) {
    tally.add('duplicated', `a link without a cause, ${identityOf(cause, key)}`);
    return;
  }
  const must = model.take({ topic: cause.topic, record: input.record, value: input.value });
  if (must.n !== value['n'] || must.before !== value['before'] || must.hash !== value['hash'])
    tally.add('wrong', `link of ${identityOf(cause, key)}: ${JSON.stringify(value)}, not ${JSON.stringify(must)}`);
}

/** A key takes each topic's records in their order, under policies that do not go back. */
function inOrder(links: readonly Effect[], tally: Tally): void {
  const last = new Map<string, number>();
  const policies = links.map(({ value }) => Number(String(value['policy_version']).slice(1)) || 0);
  for (const [i, { cause, key }] of links.entries()) {
    if (cause.offset <= (last.get(cause.topic) ?? -1)) tally.add('wrong', `${identityOf(cause, key)} came too late`);
    last.set(cause.topic, cause.offset);
    if ((policies[i] ?? 0) < (policies[i - 1] ?? 0))
      tally.add('wrong', `${identityOf(cause, key)} under an old policy`);
  }
}

/** A key waits from the first event on that its handler threw at, and only then. */
function waiting(key: string, own: readonly Effect[], { inputs }: Found, tally: Tally): void {
  const letters = own.filter(({ isLetter }) => isLetter);
  const [first] = letters;
  if (first === undefined) return;
  const { topic, partition, offset } = first.cause;
  const thrown = inputs.get(topic)?.[partition]?.find(({ record }) => record.offset === offset);
  if (first.value['code'] !== 'decide.threw' || !(Number(thrown?.value?.['amount']) < 0))
    tally.add('wrong', `${key} waits for ${identityOf(first.cause, key)}, which is no reason`);
  for (const link of own)
    if (
      !link.isLetter &&
      letters.some(({ cause }) => cause.topic === link.cause.topic && cause.offset < link.cause.offset)
    )
      tally.add('wrong', `${identityOf(link.cause, key)} passed one that waits`);
}
