/** Replies of the one process that has the data folder: a later process answers as it was answered. */
import type { KeptTexts } from '../../engine/embedded/kept-texts.ts';
import { parseKept, printKept, type Kept, type Replies } from './once.ts';

interface UnderWay {
  readonly fingerprint: string;
  readonly until_ms: number;
}

export class KeptReplies implements Replies {
  readonly #texts: KeptTexts;
  readonly #now_ms: () => number;
  /** Requests under way here. Those of a process that ended will not be answered: they may be tried again at once. */
  readonly #under_way = new Map<string, UnderWay>();

  constructor(texts: KeptTexts, now_ms: () => number) {
    this.#texts = texts;
    this.#now_ms = now_ms;
  }

  begin(name: string, fingerprint: string, for_ms: number): Promise<Kept | null> {
    const now_ms = this.#now_ms();
    const found = this.#texts.get(name, now_ms);
    if (found !== undefined) return Promise.resolve(parseKept(found));
    const running = this.#under_way.get(name);
    if (running !== undefined && running.until_ms > now_ms)
      return Promise.resolve({ fingerprint: running.fingerprint, answer: null });
    this.#under_way.set(name, { fingerprint, until_ms: now_ms + for_ms });
    return Promise.resolve(null);
  }

  async finish(name: string, kept: Kept, for_ms: number): Promise<void> {
    const now_ms = this.#now_ms();
    await this.#texts.set(name, printKept(kept), now_ms + for_ms, now_ms);
    this.#under_way.delete(name);
  }

  forget(name: string): Promise<void> {
    this.#under_way.delete(name);
    return Promise.resolve();
  }
}
