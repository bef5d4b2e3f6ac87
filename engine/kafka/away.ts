/** What kafkajs says where a broker does not answer, said in the engine's words. */
import { EngineError, type EngineErrorCode } from '../errors.ts';

/** Errors of kafkajs that go away by themselves once a broker answers; `KafkaJSProtocolError` where it says so. */
const passing: ReadonlySet<string> = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSBrokerNotFound',
  'KafkaJSLockTimeout',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSMetadataNotLoaded',
]);

const isAway = (error: Error): boolean =>
  passing.has(error.name) || (error.name === 'KafkaJSProtocolError' && Reflect.get(error, 'retriable') === true);

/** `kafka.away` where no broker answered; any other error as it is. */
export const orAway = (error: unknown): unknown =>
  error instanceof Error && isAway(error)
    ? new EngineError(
        'kafka.away',
        `no broker has answered: ${error.message}`,
        'see that the brokers run and can be reached from here; nothing that was committed is lost',
      )
    : error;

/** Asks; rejects with `kafka.away` where no broker answers. */
export async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw orAway(error);
  }
}

const recovered: ReadonlySet<EngineErrorCode> = new Set(['group.stopped', 'kafka.away', 'redis.away']);

/** Whether whoever meets the error goes on by taking its partition anew: nothing is wrong with what it does. */
export const isRecoverable = (error: unknown): boolean => error instanceof EngineError && recovered.has(error.code);
