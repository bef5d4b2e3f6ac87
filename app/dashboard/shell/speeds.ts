/** Speeds of the source's clock to choose from, and any speed in words. */
import type { Speed } from '../../operations/operations.ts';
import { number } from '../format/numbers.ts';

export interface SpeedOption {
  readonly value: string;
  readonly speed: Speed;
  readonly words: string;
  readonly title: string;
}

const usual: readonly SpeedOption[] = [
  { value: '0', speed: 0, words: 'Pause', title: 'No events come until it runs again' },
  { value: '1', speed: 1, words: '×1', title: 'Real time' },
  { value: '60', speed: 60, words: '×60', title: 'An hour in a minute' },
  { value: '3600', speed: 3_600, words: '×3,600', title: 'An hour in a second' },
  { value: 'max', speed: 'max', words: 'Max', title: 'As fast as the engine takes it' },
];

/** Beyond this no engine keeps up: an hour would have to pass in less than four thousandths of a second. */
const fastest_told = 1_000_000;

const rank = ({ speed }: SpeedOption): number => (speed === 'max' ? Infinity : speed);

/** The usual ones, and the one that the source was started with. */
export function speedOptions(configured: Speed): readonly SpeedOption[] {
  if (usual.some(({ speed }) => speed === configured)) return usual;
  const own = { value: String(configured), speed: configured, words: factor(configured), title: 'As it was started' };
  return [...usual, own].sort((a, b) => rank(a) - rank(b));
}

const factor = (speed: Speed): string => `×${typeof speed === 'number' ? number(speed) : speed}`;

/** What is in force, where no button says it. */
export function speedWords(speed: Speed): string {
  if (speed === 0) return 'paused';
  if (speed === 'max' || speed > fastest_told) return 'as fast as the engine takes it';
  return factor(speed);
}
