/** Gathers what is asked within a few milliseconds into few requests, so that many small questions cost one round trip. */

/** Asks for several inputs at once; gives an answer or an error for each, in their order. */
export type Ask<In, Out> = (inputs: readonly In[], stop: AbortSignal) => Promise<readonly (Out | Error)[]>;

export interface GatherOptions {
  /** Inputs of one request at most. */
  readonly most: number;
  /** Time that inputs are gathered in, milliseconds. */
  readonly gather_ms: number;
}

interface Waiting<In, Out> {
  readonly input: In;
  readonly signal: AbortSignal;
  readonly resolve: (answer: Out) => void;
  readonly reject: (error: unknown) => void;
}

export class Gatherer<In, Out> {
  readonly #ask: Ask<In, Out>;
  readonly #options: GatherOptions;
  #waiting: Waiting<In, Out>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(ask: Ask<In, Out>, options: GatherOptions) {
    this.#ask = ask;
    this.#options = options;
  }

  /** The answers to inputs. Rejects when the signal fires; the requests go on while others wait for them. */
  async all(inputs: readonly In[], signal: AbortSignal): Promise<readonly Out[]> {
    signal.throwIfAborted();
    const answers = Promise.all(inputs.map((input) => this.#one(input, signal)));
    const { promise, done } = aborted(signal);
    return Promise.race([answers, promise]).finally(done);
  }

  #one(input: In, signal: AbortSignal): Promise<Out> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ input, signal, resolve, reject });
      if (this.#waiting.length >= this.#options.most) this.#send();
      else this.#timer ??= setTimeout(() => this.#send(), this.#options.gather_ms);
    });
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting.filter(({ signal }) => !signal.aborted);
    this.#waiting = [];
    if (batch.length > 0) void this.#settle(batch);
  }

  async #settle(batch: readonly Waiting<In, Out>[]): Promise<void> {
    const { stop, done } = whenAllGaveUp(new Set(batch.map(({ signal }) => signal)));
    try {
      const answers = await this.#ask(
        batch.map(({ input }) => input),
        stop,
      );
      batch.forEach(({ resolve, reject }, i) => {
        const answer = answers[i] ?? new Error('an input was not answered');
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      done();
    }
  }
}

/** Rejects with the signal's reason; `done` forgets it. */
function aborted(signal: AbortSignal): { readonly promise: Promise<never>; done(): void } {
  const listening = new AbortController();
  const promise = new Promise<never>((_, reject) => {
    const fired = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    signal.addEventListener('abort', fired, { once: true, signal: listening.signal });
  });
  return { promise, done: () => listening.abort() };
}

/** Fires when every signal has: then nobody waits any more. */
function whenAllGaveUp(signals: ReadonlySet<AbortSignal>): { readonly stop: AbortSignal; done(): void } {
  const [all, listening] = [new AbortController(), new AbortController()];
  let left = signals.size;
  const gone = (): void => {
    left--;
    if (left === 0) all.abort(new Error('nobody waits for the answer any more'));
  };
  for (const signal of signals) signal.addEventListener('abort', gone, { once: true, signal: listening.signal });
  return { stop: all.signal, done: () => listening.abort() };
}
