/** Where sources are: a hash in Redis, beside the state. */
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Positions } from '../source-appends.ts';
import { runScript, scriptOf } from './redis.ts';
import { advance_script } from './scripts.ts';

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
