import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryLog } from '../driver/memory-log.ts';
import { allLines, beganRecord, claimRecord, journalRecord, linesAfter, ofEpoch } from './journal.ts';
import type { NewRecord } from '../ports.ts';

const place = { run: 1, code: 'c', ranges: [] };
const line = (seq: number, epoch: number): NewRecord =>
  ofEpoch(journalRecord('g', 0, { ...place, policy: `p of ${epoch}`, seq }), epoch);
const claim = (name: string): NewRecord => claimRecord('g', 0, name);
const began = (epoch: number): NewRecord => beganRecord('g', 0, epoch);

const logOf = async (...records: readonly NewRecord[]): Promise<MemoryLog> => {
  const log = new MemoryLog(1, { now_ms: () => 0 });
  await log.append(records);
  return log;
};
const after = async (log: MemoryLog, seq: number): Promise<readonly number[]> =>
  (await linesAfter(log, 'g', 0, 1, seq)).map((one) => one.seq);
const all = async (log: MemoryLog): Promise<readonly number[]> => {
  const found: number[] = [];
  for await (const one of allLines(log, 'g', 0)) found.push(one.seq);
  return found;
};

describe('a journal', () => {
  it('counts a line once whose confirmation was lost, so that it is there twice, also after a later one', async () => {
    const log = await logOf(claim('a'), line(1, 0), line(1, 0), line(2, 0), line(1, 0), line(3, 0));
    expect(await all(log)).toEqual([1, 2, 3]);
    expect(await after(log, 1)).toEqual([2, 3]);
  });

  it('counts no claim that was refused: what the owner writes behind it is not void', async () => {
    const log = await logOf(claim('a'), began(0), line(1, 0), claim('b'), line(2, 0), claim('a'), line(3, 0));
    expect(await all(log)).toEqual([1, 2, 3]);
    expect(await after(log, 1)).toEqual([2, 3]);
  });

  it('does not count what an old owner wrote behind the claim of the one that began, wherever that one says so', async () => {
    const log = await logOf(claim('a'), began(0), line(1, 0), claim('b'), line(2, 0), began(3), line(2, 3), line(3, 0));
    expect(await all(log)).toEqual([1, 2]);
    expect((await linesAfter(log, 'g', 0, 1, 1)).map(({ seq }) => seq)).toEqual([2]);
    const [line2] = await linesAfter(log, 'g', 0, 1, 1);
    expect(line2?.policy).toBe('p of 3');
  });

  it('looks back to the line of the stored commit, past a void one that came late', async () => {
    const many = Array.from({ length: 300 }, (_, i) => line(i + 3, 4));
    const log = await logOf(
      ...[claim('a'), began(0), line(1, 0), line(2, 0), claim('b'), began(4)],
      ...many,
      ...[line(3, 0), claim('c'), began(307)],
    );
    expect(await after(log, 100)).toEqual(Array.from({ length: 202 }, (_, i) => 101 + i));
    expect(await all(log)).toHaveLength(302);
  });
});

interface Owner {
  /** Names the claim by which it bars the ledger; null before. */
  token: string | null;
  epoch: number | null;
  /** Batches that the ledger held when it was last looked at; null where it is not the owner. */
  read: number | null;
  /** The line of the batch under way. */
  next: string | null;
  redo: readonly string[];
}
const nobody: Owner = { token: null, epoch: null, read: null, next: null, redo: [] };

/** A ledger and two who would own it, in the order of acts that the ledger in Redis keeps to. */
class World {
  readonly log = new MemoryLog(1, { now_ms: () => 0 });
  readonly owners = [0, 1].map((): Owner => ({ ...nobody }));
  /** The lines that the ledger's state was made of. */
  committed: readonly string[] = [];
  #inForce: { readonly token: string | null; readonly epoch: number | null } = { token: null, epoch: null };
  #offset = 0;
  #named = 0;

  async #append(record: NewRecord): Promise<number> {
    await this.log.append([record]);
    return this.#offset++;
  }

  /** From now on nobody commits until a claim is in force. */
  bar(owner: Owner): void {
    Object.assign(owner, { ...nobody, token: `t${this.#named++}` });
    this.#inForce = { token: owner.token, epoch: null };
  }

  async claim(owner: Owner): Promise<void> {
    if (owner.token !== null && owner.epoch === null) owner.epoch = await this.#append(claim(owner.token));
  }

  /** The ledger takes the claim, unless somebody has barred it since. */
  async fence(owner: Owner): Promise<void> {
    if (owner.epoch === null || owner.read !== null) return;
    if (this.#inForce.token !== owner.token) return void Object.assign(owner, nobody);
    this.#inForce = { token: owner.token, epoch: owner.epoch };
    await this.#append(began(owner.epoch));
    owner.read = this.committed.length;
    owner.redo = await this.after(owner.read);
  }

  async write(owner: Owner): Promise<void> {
    const { epoch, read, next } = owner;
    if (epoch === null || read === null || next !== null) return;
    const [again, ...rest] = owner.redo;
    const code = `x${this.#named++}`;
    Object.assign(owner, { redo: rest, next: again ?? `${read + 1}${code}` });
    if (again === undefined)
      await this.#append(ofEpoch(journalRecord('g', 0, { ...place, policy: 'p', seq: read + 1, code }), epoch));
  }

  commit(owner: Owner): void {
    if (owner.next === null) return;
    if (this.#inForce.epoch !== owner.epoch) return void Object.assign(owner, nobody);
    this.committed = [...this.committed, owner.next];
    Object.assign(owner, { next: null, read: this.committed.length });
  }

  /** The ledger loses its last commit; everybody's connection, and so everybody's epoch, ends with it. */
  rollback(): void {
    this.committed = this.committed.slice(0, -1);
    for (const owner of this.owners) Object.assign(owner, nobody);
  }

  async all(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { seq, code } of allLines(this.log, 'g', 0)) found.push(`${seq}${code}`);
    return found;
  }

  async after(seq: number): Promise<readonly string[]> {
    return (await linesAfter(this.log, 'g', 0, 1, seq)).map((one) => `${one.seq}${one.code}`);
  }
}

describe('whatever owners do', () => {
  const often = (['bar', 'claim', 'fence', 'write', 'commit', 'rollback'] as const).map((act, i) => ({
    weight: [2, 3, 3, 4, 4, 1][i] ?? 1,
    arbitrary: fc.constant(act),
  }));
  const step = fc.tuple(fc.nat({ max: 1 }), fc.oneof(...often));

  it('the journal holds what the ledger was made of, in order, and then what is to be redone, each batch once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 100 }), async (steps) => {
        const world = new World();
        for (const [who, act] of steps) await world[act](world.owners[who] ?? { ...nobody });
        const { committed } = world;
        const all = await world.all();
        expect(all.slice(0, committed.length)).toEqual(committed);
        expect(await world.after(committed.length)).toEqual(all.slice(committed.length));
        expect(new Set(all.map((text) => text.split('x')[0])).size).toBe(all.length);
      }),
      { numRuns: 500 },
    );
  });
});
