/** Texts that are kept under names until a time, in the folder's store: they outlive the process. */
import type { Store } from './store.ts';

/** Texts kept at once: beyond that the ones that end first are forgotten. */
const usual_most = 20_000;
const prefix = 'kept:';
const behind_prefix = 'kept;';

/** `<until_ms> <text>` */
const form = /^(\d+) (.*)$/s;

export class KeptTexts {
  readonly #store: Store;
  readonly #most: number;
  /** When each ends, in the order in which they were kept. */
  readonly #until_ms = new Map<string, number>();

  constructor(store: Store, most = usual_most) {
    this.#store = store;
    this.#most = most;
    const found: (readonly [string, number])[] = [];
    for (const { key, value } of store.meta.getRange({ start: prefix, end: behind_prefix }))
      found.push([key.slice(prefix.length), Number(form.exec(value)?.[1] ?? 0)]);
    for (const [name, until_ms] of found.sort(([, a], [, b]) => a - b)) this.#until_ms.set(name, until_ms);
  }

  /** Undefined where nothing is kept under that name, or no longer. */
  get(name: string, now_ms: number): string | undefined {
    if ((this.#until_ms.get(name) ?? 0) <= now_ms) return undefined;
    return form.exec(this.#store.meta.get(prefix + name) ?? '')?.[2];
  }

  /** Keeps a text; resolves when it is on disk. What has ended goes with it. */
  async set(name: string, text: string, until_ms: number, now_ms: number): Promise<void> {
    await this.#store.write(() => {
      this.#until_ms.delete(name);
      this.#until_ms.set(name, until_ms);
      this.#store.meta.putSync(prefix + name, `${until_ms} ${text}`);
      for (const [oldest, ends_ms] of this.#until_ms) {
        if (ends_ms > now_ms && this.#until_ms.size <= this.#most) break;
        this.#until_ms.delete(oldest);
        this.#store.meta.removeSync(prefix + oldest);
      }
    });
  }
}
