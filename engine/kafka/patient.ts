/** Asks again what a broker could not answer yet: a topic that was just made, a leader that is being chosen. */
import pRetry from 'p-retry';

const retries = { retries: 8, minTimeout: 50, factor: 2, randomize: true };

/** Whether the client itself calls the error one that goes away. */
const isPassing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && Reflect.get(error, 'retriable') === true;

export const patient = <T>(ask: () => Promise<T>): Promise<T> =>
  pRetry(ask, { ...retries, shouldRetry: ({ error }) => isPassing(error) });
