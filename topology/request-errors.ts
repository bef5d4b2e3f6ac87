/** Codes of errors of requests to the server. */
import type { ErrorEntry } from './error-classes.ts';

/** Errors of a request to the page's server, which is an API as well. */
export const requestErrors = {
  'request.no_token': {
    class: 'denied',
    message: 'the request shows no valid token',
    remedy:
      'open the page anew, or send Authorization: Bearer with the token that engine.lock in the data folder holds',
  },
  'request.host': {
    class: 'denied',
    status: 403,
    message: 'host {host} is not a name of this server',
    remedy: 'use {known}; other names are refused so that no web site can point its own name here',
  },
  'request.origin': {
    class: 'denied',
    status: 403,
    message: 'pages of {origin} may not ask this server',
    remedy: 'ask from its own page, or from a program that shows the token',
  },
  'request.operation': {
    class: 'missing',
    message: 'there is no operation {name}',
    remedy: 'use one of: {known}',
  },
  'request.method': {
    class: 'usage',
    status: 405,
    message: '{method} is not a method of {path}',
    remedy: 'use {allowed}',
  },
  'request.path': {
    class: 'missing',
    message: 'there is nothing at {method} {path}',
    remedy: 'the page is at /, operations at POST /api/operations/NAME, events at GET /api/live',
  },
  'request.argument': {
    class: 'usage',
    message: '{operation}: {field} is {value}: {why}',
    remedy: '{operation} takes {takes}',
  },
  'request.body': {
    class: 'usage',
    message: 'the body cannot be read: {why}',
    remedy: 'send one JSON object with content-type application/json',
  },
  'request.media_type': {
    class: 'usage',
    status: 415,
    message: 'content-type {type} is not taken',
    remedy: 'send one JSON object with content-type application/json',
  },
  'request.too_large': {
    class: 'usage',
    status: 413,
    message: 'the body is larger than {limit} bytes',
    remedy: 'send it in parts: what is published may come in any number of requests',
  },
  'live.full': {
    class: 'unavailable',
    message: '{clients} listeners are connected, more are not taken',
    remedy: 'close a page that shows this server, then try again',
  },
  'page.missing': {
    class: 'unavailable',
    message: 'the page is not built: there is no {path}',
    remedy: 'run: npm run prepare; then load this address again, the engine need not stop',
  },
} as const satisfies Record<string, ErrorEntry>;
