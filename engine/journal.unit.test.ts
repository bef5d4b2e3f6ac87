import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryLog } from './driver/memory-log.ts';
import { allLines, beganRecord, claimRecord, journalRecord, linesAfter, ofEpoch } from './journal.ts';
import type { NewRecord } from './ports.ts';

const lineOf = (seq: number, code: string, run = 1): NewRecord =>
  journalRecord('g', 0, { run, seq, code, policy: 'p', ranges: [] });

/** A journal as several owners write it; what they would have committed is the caller's. */
class Journal {
  readonly log = new MemoryLog(1, { now_ms: () => 0 });
  #next = 0;

  async append(record: NewRecord): Promise<number> {
    await this.log.append([record]);
    return this.#next++;
  }

  claim(owner = 'o'): Promise<number> {
    return this.append(claimRecord('g', 0, owner));
  }

  begin(epoch: number, seq: number, run = 1): Promise<number> {
    return this.append(beganRecord('g', 0, { epoch, run, seq }));
  }

  write(epoch: number, seq: number, code: string, run = 1): Promise<number> {
    return this.append(ofEpoch(lineOf(seq, code, run), epoch));
  }

  async all(): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { run, seq, code } of allLines(this.log, 'g', 0)) found.push(`${run}.${seq}${code}`);
    return found;
  }

  async after(seq: number, run = 1): Promise<readonly string[]> {
    return (await linesAfter(this.log, 'g', 0, run, seq)).map((l) => `${l.run}.${l.seq}${l.code}`);
  }
}

describe('the journal of an owner that was overtaken', () => {
  it('is void from where the newer owner begins', async () => {
    const journal = new Journal();
    const old = await journal.claim();
    await journal.begin(old, 0);
    await journal.write(old, 1, 'old');
    const next = await journal.claim();
    await journal.begin(next, 1);
    await journal.write(old, 2, 'old');
    await journal.write(next, 2, 'next');
    expect(await journal.all()).toEqual(['1.1old', '1.2next']);
    expect(await journal.after(0)).toEqual(['1.1old', '1.2next']);
    expect(await journal.after(1)).toEqual(['1.2next']);
  });

  it('holds where its batch was committed between the claim and the refusal', async () => {
    const journal = new Journal();
    const old = await journal.claim();
    await journal.begin(old, 0);
    const next = await journal.claim();
    await journal.write(old, 1, 'old');
    await journal.write(old, 2, 'old');
    await journal.begin(next, 1);
    await journal.write(next, 2, 'next');
    expect(await journal.all()).toEqual(['1.1old', '1.2next']);
    expect(await journal.after(0)).toEqual(['1.1old', '1.2next']);
  });

  it('holds where it was written before the claim, committed or not: it is redone', async () => {
    const journal = new Journal();
    const old = await journal.claim();
    await journal.begin(old, 0);
    await journal.write(old, 1, 'old');
    const next = await journal.claim();
    await journal.begin(next, 0);
    await journal.write(old, 1, 'old');
    expect(await journal.after(0)).toEqual(['1.1old']);
    await journal.write(next, 2, 'next');
    expect(await journal.all()).toEqual(['1.1old', '1.2next']);
  });

  it('is redone where the owner that claimed died before it began', async () => {
    const journal = new Journal();
    const old = await journal.claim();
    await journal.begin(old, 0);
    await journal.claim('died');
    await journal.write(old, 1, 'old');
    const next = await journal.claim();
    await journal.begin(next, 0);
    expect(await journal.after(0)).toEqual(['1.1old']);
  });

  it('counts a line once that was sent twice', async () => {
    const journal = new Journal();
    const owner = await journal.claim();
    await journal.begin(owner, 0);
    await journal.write(owner, 1, 'a');
    await journal.write(owner, 1, 'a');
    await journal.write(owner, 2, 'b');
    expect(await journal.all()).toEqual(['1.1a', '1.2b']);
    expect(await journal.after(0)).toEqual(['1.1a', '1.2b']);
  });
});

interface Owner {
  epoch: number | null;
  /** Batches that the ledger held when it was last looked at. */
  read: number | null;
  begun: boolean;
  /** The line of the batch under way. */
  next: string | null;
  redo: readonly string[];
}
const nobody: Owner = { epoch: null, read: null, begun: false, next: null, redo: [] };

/** A ledger and two who would own it. */
class World {
  readonly journal = new Journal();
  readonly owners = [0, 1].map((): Owner => ({ ...nobody }));
  /** The lines that the ledger's state was made of. */
  committed: readonly string[] = [];
  #epoch = -1;
  #written = 0;

  async claim(owner: Owner): Promise<void> {
    Object.assign(owner, { ...nobody, epoch: await this.journal.claim() });
  }

  /** Redis takes the claim, unless a newer owner has it. */
  fence(owner: Owner): void {
    if (owner.epoch === null || owner.read !== null) return;
    if (this.#epoch > owner.epoch) owner.epoch = null;
    else {
      this.#epoch = owner.epoch;
      owner.read = this.committed.length;
    }
  }

  async begin(owner: Owner): Promise<void> {
    if (owner.epoch === null || owner.read === null || owner.begun) return;
    await this.journal.begin(owner.epoch, owner.read);
    Object.assign(owner, { begun: true, redo: await this.journal.after(owner.read) });
  }

  async write(owner: Owner): Promise<void> {
    const { epoch, read, begun, next } = owner;
    if (!begun || epoch === null || read === null || next !== null) return;
    const [again, ...rest] = owner.redo;
    Object.assign(owner, { redo: rest, next: again ?? `1.${read + 1}x${this.#written}` });
    if (again === undefined) await this.journal.write(epoch, read + 1, `x${this.#written++}`);
  }

  commit(owner: Owner): void {
    if (owner.next === null) return;
    const follows = owner.next.startsWith(`1.${this.committed.length + 1}x`);
    if (this.#epoch !== owner.epoch || !follows) return void Object.assign(owner, nobody);
    this.committed = [...this.committed, owner.next];
    Object.assign(owner, { next: null, read: this.committed.length });
  }

  /** The ledger loses its last commit; everybody's connection, and so everybody's epoch, ends with it. */
  rollback(): void {
    this.committed = this.committed.slice(0, -1);
    for (const owner of this.owners) Object.assign(owner, nobody);
  }
}

/** Owners claim, begin, write, commit and are refused in any order, as Redis and the journal let them. */
describe('whatever owners do', () => {
  const often = (['claim', 'fence', 'begin', 'write', 'commit', 'rollback'] as const).map((act, i) => ({
    weight: [1, 2, 2, 3, 2, 1][i] ?? 1,
    arbitrary: fc.constant(act),
  }));
  const step = fc.tuple(fc.nat({ max: 1 }), fc.oneof(...often));

  it('the journal holds each committed batch once, in order, and what is redone is one line a batch', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 100 }), async (steps) => {
        const world = new World();
        const { journal } = world;
        for (const [who, act] of steps) {
          await world[act](world.owners[who] ?? { ...nobody });
          const redone = await journal.after(world.committed.length);
          expect(new Set(redone.map((text) => text.split('x')[0])).size).toBe(redone.length);
        }
        // Whoever comes next finds in the journal what the ledger was made of, and then what is to be redone.
        const { committed } = world;
        await journal.begin(await journal.claim(), committed.length);
        const all = await journal.all();
        expect(all.slice(0, committed.length)).toEqual(committed);
        expect(await journal.after(committed.length)).toEqual(all.slice(committed.length));
      }),
      { numRuns: 1_000 },
    );
  });
});
