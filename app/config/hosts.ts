/** Where the page and API listen. Whoever opens the page may do all that this user may, so only this machine reaches them. */

/** Addresses that reach this machine only, and `container`: all of a container, whose port is published on 127.0.0.1. */
export const hosts = ['127.0.0.1', 'localhost', '::1', 'container'] as const;

export type Host = (typeof hosts)[number];

/** Inside of a container its own 127.0.0.1 cannot be published; what may reach the rest is the container's affair. */
export const listenAddress = (host: string): string => (host === 'container' ? '0.0.0.0' : host);

/** How a browser of this machine names it. */
export function nameInUrl(host: string): string {
  if (host === 'container') return '127.0.0.1';
  return host === '::1' ? '[::1]' : host;
}
