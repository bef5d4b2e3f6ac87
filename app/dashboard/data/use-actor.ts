/** Who signs what is decided here, kept by the browser: the log says who wanted a change. */
import { useState } from 'react';

const place = 'flywheel actor';

export function useActor(): readonly [string, (actor: string) => void] {
  const [actor, setActor] = useState(() => window.localStorage.getItem(place) ?? '');
  return [
    actor,
    (name) => {
      window.localStorage.setItem(place, name);
      setActor(name);
    },
  ];
}
