import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openEmbedded, type Embedded } from '../../engine/embedded/embedded.ts';
import { KeptTexts } from '../../engine/embedded/kept-texts.ts';
import { toyOptions } from '../../testing/toy/options.ts';
import { KeptReplies } from './kept-replies.ts';
import { kept_ms, once, type Kept, type Tried } from './once.ts';

const folder = mkdtempSync(join(tmpdir(), 'flywheel-replies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let now_ms = 1_000;
let done = 0;
const tried = (key: string): Tried => ({
  principal: 'key:a',
  operation: 'run_cycle',
  key,
  given: { account_id: 'act' },
});
const work = (): Promise<NonNullable<Kept['answer']>> =>
  Promise.resolve({ status: 202, body: `{"n":${++done},\n"of":"act"}`, headers: { location: '/x' } });

/** As one process after another has the folder. */
async function inProcess<T>(use: (replies: KeptReplies, embedded: Embedded) => Promise<T>): Promise<T> {
  const embedded = openEmbedded({ ...toyOptions, folder, clock: { now_ms: () => now_ms } });
  try {
    return await use(new KeptReplies(embedded.kept, () => now_ms), embedded);
  } finally {
    await embedded.engine.stop();
  }
}

it('a request that was answered is answered alike by the next process, for a day', async () => {
  const first = await inProcess((replies) => once(replies, tried('k'), work));
  expect(await inProcess((replies) => once(replies, tried('k'), work))).toEqual({ answer: first.answer, again: true });
  await inProcess((replies) =>
    expect(once(replies, { ...tried('k'), given: {} }, work)).rejects.toMatchObject({ code: 'request.key_reused' }),
  );
  now_ms += kept_ms + 1;
  expect((await inProcess((replies) => once(replies, tried('k'), work))).again).toBe(false);
  expect(done).toBe(2);
});

it('a request under way is not done beside itself, and again once its process is gone', async () => {
  const never = new Promise<NonNullable<Kept['answer']>>(() => undefined);
  await inProcess(async (replies) => {
    void once(replies, tried('half'), () => never);
    await expect(once(replies, tried('half'), work)).rejects.toMatchObject({ code: 'request.key_running' });
  });
  expect((await inProcess((replies) => once(replies, tried('half'), work))).again).toBe(false);
});

it('of too many answers those that end first are forgotten, on disk too', () =>
  inProcess(async (_, { store }) => {
    const few = new KeptTexts(store, 2);
    for (const [i, name] of ['a', 'b', 'c'].entries()) await few.set(name, `text ${i}`, now_ms + 10 + i, now_ms);
    for (const texts of [few, new KeptTexts(store, 2)])
      expect(['a', 'b', 'c'].map((name) => texts.get(name, now_ms))).toEqual([undefined, 'text 1', 'text 2']);
    expect(few.get('b', now_ms + 11)).toBeUndefined();
  }));
