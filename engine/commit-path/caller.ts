/**
 * The part of the commit path that asks the outside, for groups that call instead of decide: each request of a batch is
 * answered under a deadline, a few at a time, and the answers become events in the order of the requests. What is not
 * answered is an answer too. The batch commits when all are in; asked again after a crash, a request has the same name.
 */
import pLimit from 'p-limit';
import pRetry, { AbortError } from 'p-retry';
import { PermanentError, type AnyProcessor, type ErasedAnswer, type ErasedCall } from '../../topology/processor.ts';
import type { BatchItem } from './decider.ts';
import { messageOf } from './decode-batch.ts';
import { EngineError } from '../errors.ts';
import { policyFor, type Versioned } from '../options.ts';
import type { LogRecord } from '../ports.ts';
import { isDiscarded } from '../dead-letters/sent-back.ts';

/** The call as the compiler matched it to its requests when it was written; that knowledge is erased here, once. */
interface Call {
  readonly limits: ErasedCall['limits'];
  readonly answer: Readonly<Record<string, (request: object, context: object) => Promise<ErasedAnswer>>>;
  readonly failed: Readonly<Record<string, (request: object, why: string, context: object) => ErasedAnswer>>;
}

/** Answers by request; an error is what the code that words a failure threw. */
export type Answers = ReadonlyMap<LogRecord, ErasedAnswer | Error>;

export class Caller {
  readonly #group: string;
  readonly #partitionBy: string;
  readonly #call: Call;
  readonly #stopping = new AbortController();

  constructor({ wiring }: AnyProcessor, call: ErasedCall) {
    this.#group = wiring.group;
    this.#partitionBy = wiring.partitionBy;
    this.#call = call as unknown as Call;
  }

  /** Requests of one batch at most: answers wait for each other. */
  get batch_records(): number {
    return this.#call.limits.concurrency * 4;
  }

  /** Gives up what is under way: the batch is not committed and is asked again with the next start. */
  stop(): void {
    this.#stopping.abort(
      new EngineError('group.stopped', `group ${this.#group} stopped while it asked`, 'start again'),
    );
  }

  /** Answers all requests among the items. Rejects only when stopped. */
  async answers(items: readonly BatchItem[], policy: Versioned): Promise<Answers> {
    const limit = pLimit(this.#call.limits.concurrency);
    const asked = items.filter(({ topic, record }) => topic in this.#call.answer && !isDiscarded(record));
    const answered = await Promise.all(
      asked.map((item) => limit(async () => [item.record, await this.#settled(item, policy)] as const)),
    );
    this.#stopping.signal.throwIfAborted();
    return new Map(answered);
  }

  async #settled(item: BatchItem, policy: Versioned): Promise<ErasedAnswer | Error> {
    const { answer, failed } = this.#call;
    const request = {
      at_ms: item.record.appended_ms,
      key: item.record.key,
      policy: policyFor(policy, this.#partitionBy, item.record.key),
      run: item.record.name?.run ?? 0,
      request_id: `${this.#group}/${item.record.topic}/${item.record.partition}/${item.record.offset}`,
    };
    try {
      const ask = answer[item.topic];
      return ask === undefined ? {} : await this.#tried((signal) => ask(item.value, { ...request, signal }));
    } catch (error) {
      if (this.#stopping.signal.aborted) return {};
      try {
        return failed[item.topic]?.(item.value, messageOf(error), request) ?? {};
      } catch (second) {
        return second instanceof Error ? second : new Error(String(second));
      }
    }
  }

  /** Tries until the outside answers, says that it never will, or time is up. */
  async #tried(ask: (signal: AbortSignal) => Promise<ErasedAnswer>): Promise<ErasedAnswer> {
    const { deadline_ms, attempts, first_retry_ms } = this.#call.limits;
    const deadline = AbortSignal.timeout(deadline_ms);
    const signal = AbortSignal.any([deadline, this.#stopping.signal]);
    const once = async (): Promise<ErasedAnswer> => {
      try {
        return await Promise.race([ask(signal), aborted(signal, deadline_ms)]);
      } catch (error) {
        throw error instanceof PermanentError ? new AbortError(error) : error;
      }
    };
    return pRetry(once, {
      retries: attempts - 1,
      minTimeout: first_retry_ms,
      randomize: true,
      signal,
      shouldRetry: () => !signal.aborted,
    });
  }
}

/** Rejects when the signal fires: an outside that ignores its signal must not hold up the group. */
function aborted(signal: AbortSignal, deadline_ms: number): Promise<never> {
  const why = (): Error =>
    signal.reason instanceof EngineError ? signal.reason : new Error(`no answer within ${deadline_ms} ms`);
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(why());
    else signal.addEventListener('abort', () => reject(why()), { once: true });
  });
}
