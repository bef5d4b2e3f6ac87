/** The speed of a source's clock as people read it. */
import type { Speed } from '../operations.ts';
import { count, number } from './numbers.ts';

/** `21,600 times real time`, `paused`, `as fast as it can`. */
export function speedWords(speed: Speed): string {
  if (speed === 0) return 'paused';
  if (speed === 'max') return 'as fast as it can';
  return speed === 1 ? 'in real time' : `${speed < 1 ? number(speed) : count(speed)} times real time`;
}
