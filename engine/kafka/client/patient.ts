/** Asks again what a server cannot answer yet: a topic that was just made, a leader that is being chosen, a broker that is away. */
import pRetry from 'p-retry';
import { isPassing } from './passing.ts';

const retries = { retries: 8, minTimeout: 50, factor: 2, randomize: true };

/** A few times. */
export const patient = <T>(ask: () => Promise<T>): Promise<T> =>
  pRetry(ask, { ...retries, shouldRetry: ({ error }) => isPassing(error) });

const first_pause_ms = 50;
const last_pause_ms = 2_000;

export interface Insistence {
  /** Called with what failed, each time. */
  readonly onTrouble: (error: unknown) => void;
  /** Whether to ask once more. */
  readonly goesOn: () => boolean;
}

/** As long as it takes, unless the error will be the same next time. */
export async function insist<T>(ask: () => Promise<T>, { onTrouble, goesOn }: Insistence): Promise<T> {
  for (let pause_ms = first_pause_ms; ; pause_ms = Math.min(pause_ms * 2, last_pause_ms))
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || !goesOn()) throw error;
      onTrouble(error);
      await new Promise((resolve) => setTimeout(resolve, pause_ms * (0.5 + Math.random() / 2)));
    }
}
