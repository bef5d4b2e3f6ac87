/**
 * Who may ask. The server listens on this machine only, so what is left to fear are web sites: that one points its own
 * name at this address (DNS rebinding), or sends requests from the browser of someone who has the page open. Other users
 * of the machine can open the page as well; against them only not sharing the machine helps.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { FlywheelError } from '../../topology/errors.ts';

/** Names of this machine, as they stand in an address. */
const loopback_names = ['127.0.0.1', 'localhost', '[::1]'] as const;

/** Compares in time that tells nothing of how far two texts agree. */
function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

export class Guard {
  readonly #token: string;
  readonly #port: () => number;

  /** `port` is asked when needed: a server that takes any free port knows it only when it listens. */
  constructor(token: string, port: () => number) {
    this.#token = token;
    this.#port = port;
  }

  /** Refuses a Host that is not a name of this server and an Origin that is another page's. */
  checkPlace({ host, origin }: IncomingHttpHeaders): void {
    const known = this.#hosts();
    if (host === undefined || !known.includes(host.toLowerCase()))
      throw new FlywheelError('request.host', { host: host ?? '(none)', known: known.join(', ') });
    if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`)
      throw new FlywheelError('request.origin', { origin });
  }

  /** Refuses who shows neither the token nor, from the page itself, the cookie that holds it. */
  checkToken({ authorization, cookie, 'sec-fetch-site': site }: IncomingHttpHeaders): void {
    const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (bearer !== undefined && same(bearer, this.#token)) return;
    const ours = cookieOf(cookie, this.#cookieName());
    const fromPage = site === undefined || site === 'same-origin';
    if (ours !== undefined && fromPage && same(ours, this.#token)) return;
    throw new FlywheelError('request.no_token', {});
  }

  /** The header that gives the token to the page, without its scripts seeing it. */
  cookie(): string {
    return `${this.#cookieName()}=${this.#token}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Browsers keep one jar for all ports of a host: each server has its own name in it. */
  #cookieName(): string {
    return `flywheel-${this.#port()}`;
  }

  #hosts(): readonly string[] {
    const port = this.#port();
    return loopback_names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  }
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key = '', value] = part.trim().split('=');
    if (key === name) return value;
  }
  return undefined;
}

/** Headers of every answer. The page runs its own scripts and styles, and asks nobody but this server. */
export const security_headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;
