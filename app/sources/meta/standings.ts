/** How the accounts of Meta stand: what is wrong with each, told once when it begins and once when it ends. */
import { ZodError } from 'zod';
import { MetaError } from '../../../ports/ad-platform/meta/errors.ts';
import type { VersionWarnings } from '../../../ports/ad-platform/meta/version.ts';
import { AdPlatformError } from '../../../ports/ad-platform/port.ts';
import type { Logger } from '../../observe/logger.ts';
import type { SourceAccount } from '../../operations/operations.ts';
import { standingOf, type AccountTrouble } from './accounts.ts';
import type { AccountPosition } from './position.ts';

export interface StandingsOptions {
  readonly now_ms: () => number;
  /** Age of the last read from which on an account is stale, milliseconds. */
  readonly stale_ms: number;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  /** What Meta's answers say of the version that is used. */
  readonly warnings?: Pick<VersionWarnings, 'said'>;
}

export class Standings {
  readonly #options: StandingsOptions;
  readonly #positions: ReadonlyMap<string, AccountPosition>;
  readonly #troubles = new Map<string, AccountTrouble>();
  readonly #told = new Map<string, SourceAccount['state']>();
  readonly #warned = new Set<string>();

  constructor(options: StandingsOptions, positions: ReadonlyMap<string, AccountPosition>) {
    this.#options = options;
    this.#positions = positions;
  }

  /** The answer of Meta; null where there is none, which is then the account's trouble. */
  async asked<T>(account_id: string, ask: () => Promise<T>): Promise<T | null> {
    try {
      const answer = await ask();
      this.#troubles.delete(account_id);
      return answer;
    } catch (error) {
      if (!isOfPlatform(error)) throw error;
      const why = error instanceof ZodError ? `Meta's answer is not as expected: ${firstIssue(error)}` : error.message;
      const since_ms = this.#troubles.get(account_id)?.since_ms ?? this.#options.now_ms();
      this.#troubles.set(account_id, { since_ms, why });
      return null;
    }
  }

  /** All accounts that are read or watched. */
  all(watched: Iterable<string>): readonly SourceAccount[] {
    const { now_ms, stale_ms } = this.#options;
    const at = { now_ms: now_ms(), stale_ms };
    const ids = new Set([...this.#positions.keys(), ...watched]);
    const of_version = this.#options.warnings?.said.map((text) => `Meta warns: ${text}`).join('; ') ?? '';
    const found = [...ids].map((id) => {
      const standing = standingOf(id, this.#positions.get(id), this.#troubles.get(id), at);
      return of_version === '' ? standing : { ...standing, problem: standing.problem ?? of_version };
    });
    const trouble = this.#troubles.get('');
    if (trouble !== undefined) found.push({ ...standingOf('(all)', undefined, trouble, at) });
    return found;
  }

  /** Says once when an account becomes stale or fails, when it is well again, and what Meta says of the version. */
  tell(watched: Iterable<string>): void {
    for (const text of this.#options.warnings?.said ?? [])
      if (!this.#warned.has(text)) {
        this.#warned.add(text);
        this.#options.logger.warn({ said: text }, 'Meta warns of the version of its API: set meta_api_version');
      }
    for (const { account_id, state, problem, read_ms } of this.all(watched)) {
      const before = this.#told.get(account_id);
      this.#told.set(account_id, state);
      if (before === state) continue;
      const isWell = state === 'fresh' || state === 'back-fill';
      if (!isWell) this.#options.logger.warn({ account_id, state, problem, read_ms }, 'an account of Meta is not read');
      else if (before !== undefined) this.#options.logger.info({ account_id, state }, 'an account of Meta is read');
    }
  }
}

const isOfPlatform = (error: unknown): error is Error =>
  error instanceof MetaError || error instanceof AdPlatformError || error instanceof ZodError;

const firstIssue = ({ issues: [issue] }: ZodError): string =>
  `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
