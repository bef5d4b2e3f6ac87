/** An answer of the engine that a component shows: asked at once, asked again now and then, kept while asking fails. */
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Answer<T> {
  /** The last answer to this very question; undefined before the first. */
  readonly data: T | undefined;
  readonly error: unknown;
  /** Asks again at once. */
  readonly again: () => void;
}

interface Held<T> {
  readonly question: string;
  readonly data: T | undefined;
  readonly error: unknown;
}

/**
 * @param question what is asked, as text: another text is another question, and its answer starts empty
 * @param every_ms pause between an answer and the next asking while the page is visible; null asks once
 */
export function useAnswer<T>(question: string, ask: () => Promise<T>, every_ms: number | null): Answer<T> {
  const [held, setHeld] = useState<Held<T>>({ question, data: undefined, error: null });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    let over = false;
    let timer: number | undefined;
    const next = (): void => {
      if (every_ms !== null && !over) timer = window.setTimeout(() => (document.hidden ? next() : run()), every_ms);
    };
    const run = (): void => {
      latest
        .current()
        .then(
          (data) => over || setHeld({ question, data, error: null }),
          (error: unknown) => over || setHeld((before) => ({ question, data: kept(before, question), error })),
        )
        .finally(next);
    };
    run();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [question, every_ms, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  const own = held.question === question;
  return { data: own ? held.data : undefined, error: own ? held.error : null, again };
}

const kept = <T>(before: Held<T>, question: string): T | undefined =>
  before.question === question ? before.data : undefined;
