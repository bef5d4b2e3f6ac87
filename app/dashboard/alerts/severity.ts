/** How urgent an alert is, as words and colour. */
import type { Tone } from '../format/evidence.ts';

const tones: Readonly<Record<string, Tone>> = {
  critical: 'bad',
  high: 'bad',
  medium: 'warn',
  low: 'info',
  info: 'quiet',
};

export const toneOf = (severity: string): Tone => tones[severity] ?? 'quiet';
