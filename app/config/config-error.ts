/** A setting that is wrong: where it was found, its value, what would be right. */

/** Where a setting's value came from, as people write it: `--port`, `FLYWHEEL_PORT` or `flywheel.config.yaml: port`. */
export type Origin = string;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config.invalid';
  readonly origin: Origin;
  readonly remedy: string;

  /** `what` names the value found and its rule; `remedy` says what to write instead. */
  constructor(origin: Origin, what: string, remedy: string) {
    super(`${origin}: ${what}`);
    this.origin = origin;
    this.remedy = remedy;
  }
}

/** The known word nearest to a misspelt one (Levenshtein), if it is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitute, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
