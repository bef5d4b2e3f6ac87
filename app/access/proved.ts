/**
 * Credentials that were found to be right, so that a signature is not worked out again at each request. How long that
 * holds is for whoever keeps it to say.
 */
import { hash } from 'node:crypto';

/** Credentials remembered at once; the one that was used longest ago goes first. */
const usual_most = 1_000;

export class Proved<T> {
  readonly #most: number;
  /** By a digest: what somebody shows is not kept here. */
  readonly #found = new Map<string, T>();

  constructor(most = usual_most) {
    this.#most = most;
  }

  get(credential: string): T | undefined {
    const name = digestOf(credential);
    const found = this.#found.get(name);
    if (found === undefined) return undefined;
    this.#found.delete(name);
    this.#found.set(name, found);
    return found;
  }

  set(credential: string, found: T): void {
    this.#found.set(digestOf(credential), found);
    if (this.#found.size <= this.#most) return;
    for (const oldest of this.#found.keys()) return void this.#found.delete(oldest);
  }
}

const digestOf = (credential: string): string => hash('sha256', credential, 'base64');
