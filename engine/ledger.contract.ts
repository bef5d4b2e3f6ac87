/** What every ledger promises, whatever keeps it. */
import { describe, expect, it } from 'vitest';
import { emptyHead, type Commit, type OutboxEntry, type StateWrite, type TaskHead, type TaskLedger } from './ledger.ts';
import { pack, unpack } from './state/codec.ts';

const headAt = (seq: number, given: Partial<TaskHead> = {}): TaskHead => ({ ...emptyHead, seq, ...given });
const state = (key: string, value: unknown): StateWrite => ({ kind: 'state', key, value: [1, value] });
const entry = (seq: number): OutboxEntry => ({
  seq,
  records: [
    {
      topic: 't',
      partition: 1,
      key: 'k',
      value: Buffer.from([0, 255, 10]),
      name: { group: 'g', run: 1, topic: 'in', partition: 1, offset: seq, ordinal: 0 },
      headers: { trace: Buffer.from('x') },
    },
  ],
  rows: [],
  bytes: 3,
});
const at = (seq: number, given: Partial<Commit> = {}): Commit => ({ seq, head: headAt(seq), state: [], ...given });

async function values(ledger: TaskLedger, keys: readonly string[]): Promise<readonly unknown[]> {
  return (await ledger.getMany('state', keys)).map((value) => (value === undefined ? undefined : unpack(value)));
}

async function scanned(ledger: TaskLedger, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const [key] of ledger.scan('state', prefix)) keys.push(key);
  return keys;
}

/** `open` gives a ledger that was never used; `again` the same one as a new owner reads it. */
export function ledgerContract(
  name: string,
  open: () => Promise<{ readonly ledger: TaskLedger; readonly again: () => Promise<TaskLedger> }>,
): void {
  describe(`the ledger: ${name}`, () => {
    it('begins empty', async () => {
      const { ledger } = await open();
      expect(await ledger.head()).toEqual(emptyHead);
      expect(await values(ledger, ['a'])).toEqual([undefined]);
      expect(await ledger.outbox()).toEqual([]);
    });

    it('keeps head, state and outbox of a commit together, for the next owner too', async () => {
      const { ledger, again } = await open();
      const head = headAt(1, {
        inputs: { in: { offset: 7, crc: 9 } },
        watermarks: { 'a|b|c|1': { run: 1, offset: 3, ordinal: 2 } },
      });
      const write = at(1, { head, state: [state('a', { n: 1 }), state('ü', 'x')], outbox: entry(1) });
      expect(await ledger.commit(write)).toBe('applied');
      for (const one of [ledger, await again()]) {
        expect(await one.head()).toEqual(head);
        expect(await values(one, ['ü', 'none', 'a'])).toEqual([[1, 'x'], undefined, [1, { n: 1 }]]);
        expect(await one.outbox()).toEqual([entry(1)]);
      }
    });

    it('refuses a commit that does not follow the stored one, and takes nothing of it', async () => {
      const { ledger } = await open();
      await ledger.commit(at(1, { state: [state('a', 1)] }));
      for (const seq of [1, 3]) expect(await ledger.commit(at(seq, { state: [state('a', 2)] }))).toBe('fenced');
      expect((await ledger.head()).seq).toBe(1);
      expect(await values(ledger, ['a'])).toEqual([[1, 1]]);
    });

    it('deletes what is written as null', async () => {
      const { ledger } = await open();
      await ledger.commit(at(1, { state: [state('a', 1), state('b', 1)] }));
      await ledger.commit(at(2, { state: [{ kind: 'state', key: 'a', value: null }] }));
      expect(await values(ledger, ['a', 'b'])).toEqual([undefined, [1, 1]]);
      expect(await scanned(ledger, '')).toEqual(['b']);
    });

    it('gives keys of a prefix in byte order, NUL first', async () => {
      const { ledger } = await open();
      const keys = ['b', 'a\u0000z', 'a', 'a\u0000', 'ä', 'a.'];
      await ledger.commit(at(1, { state: keys.map((key) => state(key, 1)) }));
      expect(await scanned(ledger, 'a')).toEqual(['a', 'a\u0000', 'a\u0000z', 'a.']);
      expect(await scanned(ledger, '')).toEqual(['a', 'a\u0000', 'a\u0000z', 'a.', 'b', 'ä']);
    });

    it('forgets of the outbox what was delivered, marked by itself or with the next commit', async () => {
      const { ledger, again } = await open();
      for (const seq of [1, 2, 3]) await ledger.commit(at(seq, { outbox: entry(seq) }));
      await ledger.markDelivered(1);
      expect((await ledger.outbox()).map(({ seq }) => seq)).toEqual([2, 3]);
      await ledger.commit(at(4, { head: headAt(4, { delivered_seq: 2 }), outbox: entry(4) }));
      expect((await (await again()).outbox()).map(({ seq }) => seq)).toEqual([3, 4]);
    });

    it('takes many writes in one commit', async () => {
      const { ledger } = await open();
      const keys = Array.from({ length: 20_000 }, (_, i) => `key ${i}`);
      expect(await ledger.commit(at(1, { state: keys.map((key) => state(key, 1)) }))).toBe('applied');
      expect((await scanned(ledger, '')).length).toBe(20_000);
    });

    it('has other state in place of the stored one at once, with head and outbox as they were', async () => {
      const { ledger, again } = await open();
      const before = [state('a', 1), state('b', 1), { kind: 'active', key: 'a', value: [1, true] }] as const;
      await ledger.commit(at(1, { state: before, outbox: entry(1) }));
      const made = Array.from({ length: 1_200 }, (_, i) => ['state', `k${i}`, pack([1, i])] as const);
      const { before: were, after: are } = await ledger.replace(1, [...made, ['part', 'k0\u0000p', pack([1, 'x'])]]);
      expect(were).toEqual({ state: 2, part: 0, active: 1 });
      expect(are).toEqual({ state: 1_200, part: 1, active: 0 });
      for (const one of [ledger, await again()]) {
        expect(await values(one, ['a', 'k0', 'k1199'])).toEqual([undefined, [1, 0], [1, 1_199]]);
        expect((await scanned(one, '')).length).toBe(1_200);
        expect((await one.head()).seq).toBe(1);
        expect(await one.outbox()).toEqual([entry(1)]);
      }
      expect(await ledger.commit(at(2, { state: [state('k0', 7)] }))).toBe('applied');
      await ledger.replace(2, []);
      expect(await scanned(ledger, '')).toEqual([]);
    });

    it('keeps its state where another commit is stored than the one that the other state was made of', async () => {
      const { ledger } = await open();
      await ledger.commit(at(1, { state: [state('a', 1)] }));
      for (const seq of [0, 2])
        await expect(ledger.replace(seq, [['state', 'b', pack([1, 1])]])).rejects.toMatchObject({
          code: 'group.stopped',
        });
      expect(await scanned(ledger, '')).toEqual(['a']);
    });

    it('forgets all and raises the run when it is reset', async () => {
      const { ledger, again } = await open();
      await ledger.commit(at(1, { state: [state('a', 1)], outbox: entry(1) }));
      await ledger.reset();
      for (const one of [ledger, await again()]) {
        expect(await one.head()).toEqual({ ...emptyHead, run: 2 });
        expect(await values(one, ['a'])).toEqual([undefined]);
        expect(await one.outbox()).toEqual([]);
      }
      expect(await ledger.commit(at(1, { head: headAt(1, { run: 2 }) }))).toBe('applied');
    });
  });
}
