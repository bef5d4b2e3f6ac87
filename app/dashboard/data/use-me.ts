/** Who the server takes this page for: his name signs what is decided here, and his role says what he may do. */
import { useEffect, useState } from 'react';
import { z } from 'zod';

const shape = z.object({
  principal: z.string(),
  name: z.string(),
  role: z.enum(['viewer', 'operator', 'admin']),
  accounts: z.union([z.literal('all'), z.array(z.string())]),
});
export type Me = z.infer<typeof shape>;

let asked: Promise<Me> | undefined;

async function ask(): Promise<Me> {
  const response = await fetch('/api/me');
  if (!response.ok) throw new Error(`/api/me answered ${response.status}`);
  return shape.parse(await response.json());
}

/** Null until it is known; asked once, and again by the next view where that failed. */
export function useMe(): Me | null {
  const [me, setMe] = useState<Me | null>(null);
  useEffect(() => {
    let over = false;
    asked ??= ask();
    asked.then(
      (found) => over || setMe(found),
      () => (asked = undefined),
    );
    return () => {
      over = true;
    };
  }, []);
  return me;
}

/** The name that signs; empty until it is known. */
export const useActor = (): string => useMe()?.name ?? '';
