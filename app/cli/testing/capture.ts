/** An output that keeps what is written, for tests. */
import pc from 'picocolors';
import type { Output } from '../output.ts';

export interface Captured extends Output {
  readonly lines: string[];
  readonly notes: string[];
}

/** `columns` plays a terminal of that width. */
export function captured(columns: number | null = null): Captured {
  const lines: string[] = [];
  const notes: string[] = [];
  return {
    lines,
    notes,
    line: (text = '') => void lines.push(...text.split('\n')),
    note: (text) => void notes.push(...text.split('\n')),
    json: (value) => void lines.push(JSON.stringify(value)),
    colour: pc.createColors(false),
    columns,
    live: false,
  };
}
