/** Where sources are: a hash in Redis, beside the state. */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { runScript, scriptOf } from './redis.ts';
import { advance_script } from './scripts.ts';

/** Where a source is, and how often it has appended. */
export interface Position {
  readonly position: string;
  readonly batch: number;
}

/** Where sources are, kept outside the log. */
export interface Positions {
  get(source: string): Promise<Position | undefined>;
  /** False, and nothing is kept, where the source is not at the batch before: another process gave one for it. */
  set(source: string, position: Position): Promise<boolean>;
}

const positionShape = z.object({ position: z.string(), batch: z.number() });
const advance = scriptOf(advance_script);

/** @param namespace sets several Flywheels apart that share a Redis */
export function positionsIn(redis: Redis, namespace: string): Positions {
  const key = `${namespace}:positions`;
  return {
    get: async (source) => {
      const stored = await redis.hget(key, source);
      return stored === null ? undefined : positionShape.parse(JSON.parse(stored));
    },
    set: async (source, { position, batch }) => {
      const value = JSON.stringify({ position, batch });
      return (await runScript(redis, advance, [key], [source, String(batch), value])) === 'applied';
    },
  };
}
