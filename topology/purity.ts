/** Whether folders that decide are pure: no clock, no randomness, no IO, so that a decision can be made again. */
import jsTokens, { type Token } from 'js-tokens';
import type { Finding } from './check.ts';

/** A source file: its path from the root of the program, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Folders that must be pure, all of their files but tests. */
export const pure_folders = ['processors', 'learning', 'policy', 'topology'] as const;

/** Globals that tell the time, draw chance, or reach outside. */
const impure: ReadonlySet<string> = new Set([
  'Date',
  'performance',
  'process',
  'globalThis',
  'global',
  'crypto',
  'fetch',
  'require',
  'eval',
  'Function',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'WebSocket',
  'XMLHttpRequest',
]);

/** Modules of Node, which may be imported without `node:` too. */
const node_modules: ReadonlySet<string> = new Set(
  (
    'assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain ' +
    'events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl ' +
    'stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib'
  ).split(' '),
);

interface Place {
  readonly token: Token;
  readonly line: number;
}

/** Tokens that mean something, with their lines. */
function meaningful(text: string): readonly Place[] {
  const places: Place[] = [];
  let line = 1;
  for (const token of jsTokens(text)) {
    if (!['WhiteSpace', 'LineTerminatorSequence', 'SingleLineComment', 'MultiLineComment'].includes(token.type))
      places.push({ token, line });
    line += token.value.split('\n').length - 1;
  }
  return places;
}

const is = (place: Place | undefined, ...values: readonly string[]): boolean =>
  place !== undefined && values.includes(place.token.value);

/** The module that a text names where it stands in an import; undefined where it stands elsewhere. */
function imported({ token }: Place, before: Place | undefined, twoBefore: Place | undefined): string | undefined {
  if (token.type !== 'StringLiteral' && token.type !== 'NoSubstitutionTemplate') return undefined;
  const called = is(before, '(') && is(twoBefore, 'import', 'require');
  return called || is(before, 'from', 'import') ? token.value.slice(1, -1) : undefined;
}

const ofNode = (module: string): boolean =>
  module.startsWith('node:') || node_modules.has(module.split('/')[0] ?? module);

/** The impure thing at a token, in words; undefined where there is none. */
function impurity(places: readonly Place[], at: number): string | undefined {
  const place = places[at];
  if (place === undefined) return undefined;
  const [twoBefore, before, after, second] = [places[at - 2], places[at - 1], places[at + 1], places[at + 2]];
  const module = imported(place, before, twoBefore);
  if (module !== undefined) return ofNode(module) ? module : undefined;
  const { value, type } = place.token;
  if (type !== 'IdentifierName' || is(before, '.', '?.')) return undefined;
  const key = is(before, '{', ',', ';', 'readonly') && is(after, ':', '?');
  if (key) return undefined;
  // Whatever is not a plain member of it may be its random.
  if (value === 'Math') return is(after, '.') && !is(second, 'random') ? undefined : 'Math.random';
  if (!impure.has(value)) return undefined;
  return value === 'Date' && is(after, '.') ? `Date.${second?.token.value ?? ''}` : value;
}

const remedy = 'take it as an argument: the engine gives time and randomness from the log, ports give the outside';

/** Every use of what a pure folder may not use. */
export function purity(files: Iterable<SourceFile>): readonly Finding[] {
  return [...files].flatMap(({ path, text }) => {
    const places = meaningful(text);
    return places.flatMap(({ line }, at) => {
      const what = impurity(places, at);
      const place = `file ${path}:${line}`;
      const message = `it uses ${what ?? ''}, and its folder is pure`;
      return what === undefined ? [] : [{ code: 'folder.impure' as const, place, message, remedy }];
    });
  });
}
