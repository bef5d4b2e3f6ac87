/** An answer of the engine that a component shows: asked at once, asked again now and then, kept while asking fails. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useMisses } from './engine.tsx';

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
 * How often to ask: the pause in milliseconds between an answer and the next asking while the page is visible; `missed`
 * asks again only where pushed messages were missed; `once` never, for what is fixed, takes long, or is paid for.
 */
export type Asking = number | 'missed' | 'once';

/** @param question what is asked, as text: another text is another question, and its answer starts empty */
export function useAnswer<T>(question: string, ask: () => Promise<T>, asking: Asking): Answer<T> {
  const [held, setHeld] = useState<Held<T>>({ question, data: undefined, error: null });
  const [round, setRound] = useState(0);
  const latest = useRef(ask);
  const anew = useRef<() => void>(undefined);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    const asked = keepAsking(() => latest.current(), asking, (answer) =>
      setHeld((before) => ('data' in answer ? { question, ...answer } : { question, data: kept(before, question), ...answer })),
    );
    anew.current = asked.anew;
    return asked.end;
  }, [question, asking, round]);
  const misses = useMisses();
  const seen = useRef(misses);
  useEffect(() => {
    if (seen.current === misses) return;
    seen.current = misses;
    if (asking !== 'once') anew.current?.();
  }, [misses, asking]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  const own = held.question === question;
  return { data: own ? held.data : undefined, error: own ? held.error : null, again };
}

const kept = <T>(before: Held<T>, question: string): T | undefined =>
  before.question === question ? before.data : undefined;

type Given<T> = { readonly data: T; readonly error: null } | { readonly error: unknown };

/** Asks at once and again as it is told, one at a time. `anew` during an asking lets another follow it at once. */
function keepAsking<T>(
  ask: () => Promise<T>,
  asking: Asking,
  give: (answer: Given<T>) => void,
): { readonly anew: () => void; readonly end: () => void } {
  let [over, under_way, once_more] = [false, false, false];
  let timer: number | undefined;
  const next = (): void => {
    under_way = false;
    if (over) return;
    if (once_more) run();
    else if (typeof asking === 'number') timer = window.setTimeout(() => (document.hidden ? next() : run()), asking);
  };
  const run = (): void => {
    window.clearTimeout(timer);
    [under_way, once_more] = [true, false];
    ask()
      .then(
        (data) => over || give({ data, error: null }),
        (error: unknown) => over || give({ error }),
      )
      .finally(next);
  };
  run();
  return {
    anew: () => (under_way ? (once_more = true) : run()),
    end: () => {
      over = true;
      window.clearTimeout(timer);
    },
  };
}
