/** Whether folders that decide are pure: no clock, no randomness, no IO, so that a decision can be made again. */
import type { Finding } from './check.ts';

/** A source file: its path from the root of the program, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Folders that must be pure, all of their files but tests. */
export const pure_folders = ['processors', 'learning', 'policy', 'topology'] as const;

const imports = /\bfrom\s+'(node:[^']+)'|\bimport\(\s*'(node:[^']+)'/g;
const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const strings = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g;
const globals = [
  'Math\\.random',
  'new Date',
  'Date\\.(?:now|parse|UTC)',
  'performance\\.',
  'process\\.',
  'globalThis\\.',
  'crypto\\.',
  'fetch\\(',
  'setTimeout\\(',
  'setInterval\\(',
  'setImmediate\\(',
];
const impure = new RegExp(`(?<![.\\w])(${globals.join('|')})`, 'g');

/** Blanks of the same length: what follows keeps its line. */
const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');

const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

const remedy = 'take it as an argument: the engine gives time and randomness from the log, ports give the outside';

/** Every use of what a pure folder may not use. */
export function purity(files: Iterable<SourceFile>): readonly Finding[] {
  return [...files].flatMap(({ path, text }) => {
    const code = text.replaceAll(comments, blank);
    const bare = code.replaceAll(strings, blank);
    const found = [
      ...[...code.matchAll(imports)].map((match) => ({ at: match.index, what: match[1] ?? match[2] ?? '' })),
      ...[...bare.matchAll(impure)].map((match) => ({ at: match.index, what: (match[1] ?? '').replace(/[.(]$/, '') })),
    ];
    return found.map(({ at, what }) => ({
      code: 'folder.impure' as const,
      place: `file ${path}:${lineOf(text, at)}`,
      message: `it uses ${what}, and its folder is pure`,
      remedy,
    }));
  });
}
