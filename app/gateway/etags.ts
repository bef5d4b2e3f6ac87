/** Tags of answers. Who asks again and again is mostly answered as before: then the digest is known. */
import { hash } from 'node:crypto';

/** Answers remembered, and the longest of them, characters. */
const most = 500;
const longest = 32_768;

const tagOf = (body: string): string => `"${hash('sha256', body, 'base64url').slice(0, 22)}"`;

export class Etags {
  /** The last answer by who asked what. */
  readonly #last = new Map<string, { readonly body: string; readonly tag: string }>();

  /** The tag of an answer; equal for equal bodies, whoever asks. */
  of(question: string, body: string): string {
    if (body.length > longest) return tagOf(body);
    const before = this.#last.get(question);
    if (before?.body === body) return before.tag;
    const tag = tagOf(body);
    this.#last.delete(question);
    this.#last.set(question, { body, tag });
    if (this.#last.size > most) for (const oldest of this.#last.keys()) return (this.#last.delete(oldest), tag);
    return tag;
  }
}
