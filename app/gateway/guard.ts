/**
 * Who may ask. The server listens on this machine only, so what is left to fear are web sites: that one points its own
 * name at this address (DNS rebinding), or sends requests from the browser of someone who has the page open. Other users
 * of the machine can open the page as well; against them only not sharing the machine helps.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { FlywheelError } from '../../topology/errors.ts';

/** Names of this machine, as they stand in an address. */
const loopback_names = ['127.0.0.1', 'localhost', '[::1]'] as const;

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

export class Guard {
  readonly #token: string;
  readonly #token_digest: Buffer;
  readonly #port: () => number;
  readonly #origins: readonly string[];
  /** Names of this server, once it listens. */
  #known: ReadonlySet<string> | undefined;

  /** `origins`: pages of others that may ask. `port` is asked when needed: a server that takes any free port knows it only when it listens. */
  constructor(token: string, port: () => number, origins: readonly string[] = []) {
    this.#token = token;
    this.#token_digest = digest(token);
    this.#port = port;
    this.#origins = origins;
  }

  /** Refuses a Host that is not a name of this server and an Origin that is another page's. */
  checkPlace({ host, origin }: IncomingHttpHeaders): void {
    const known = this.#hosts();
    if (host === undefined || !known.has(host.toLowerCase()))
      throw new FlywheelError('request.host', { host: host ?? '(none)', known: [...known].join(', ') });
    if (origin === undefined) return;
    const own = `http://${host.toLowerCase()}`;
    if (origin.toLowerCase() !== own && !this.#origins.includes(origin.toLowerCase()))
      throw new FlywheelError('request.origin', { origin });
  }

  /** Whether this is the token of the data folder; how long that takes tells nothing of how far the two agree. */
  isToken(bearer: string): boolean {
    return timingSafeEqual(digest(bearer), this.#token_digest);
  }

  /** Whether a request is the page's own, which has the token as a cookie. */
  hasCookie({ cookie, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
    const ours = cookieOf(cookie, this.#cookieName());
    const fromPage = site === undefined || site === 'same-origin';
    return ours !== undefined && fromPage && this.isToken(ours);
  }

  /** The header that gives the token to the page, without its scripts seeing it. */
  cookie(): string {
    return `${this.#cookieName()}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Browsers keep one jar for all ports of a host: each server has its own name in it. */
  #cookieName(): string {
    return `flywheel-${this.#port()}`;
  }

  #hosts(): ReadonlySet<string> {
    if (this.#known !== undefined) return this.#known;
    const port = this.#port();
    this.#known = new Set(loopback_names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
    return this.#known;
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key = '', value] = part.trim().split('=');
    if (key === name) return value;
  }
  return undefined;
}

/** What the page may do: it runs its own scripts and styles, and asks nobody but this server. */
export const page_policy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'worker-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** Features of browsers that nothing here needs; the other headers of safety are Helmet's. */
export const no_features = 'camera=(), geolocation=(), microphone=()';
