/** Codes of errors of requests to the server. */
import type { ErrorEntry } from './error-classes.ts';

/** Errors of a request to the page's server, which is an API as well. */
export const requestErrors = {
  'request.no_token': {
    class: 'denied',
    message: 'the request shows no valid token',
    remedy:
      'open the page anew, or send Authorization: Bearer with a key of flywheel keys create, or with the token that engine.lock in the data folder holds',
  },
  'webhook.token': {
    class: 'denied',
    status: 403,
    message: 'the token with which the webhook is to be set up is not the one that was agreed',
    remedy: 'give Meta the text of meta_webhook_token, or that of the first line of meta_webhook_token_file',
  },
  'webhook.signature': {
    class: 'denied',
    status: 403,
    message: 'the notice is not signed with the secret of the app',
    remedy: 'set meta_app_secret_file to the secret of the app whose webhook it is',
  },
  'request.credentials': {
    class: 'denied',
    message: 'the {kind} is not valid: {why}',
    remedy:
      'send Authorization: Bearer with a key of flywheel keys create, or a token of the issuer that is configured',
  },
  'request.role': {
    class: 'denied',
    status: 403,
    message: '{operation} needs the role {needed}, and whoever asks has the role {role}',
    remedy: 'ask with a key of that role: flywheel keys create --role',
  },
  'request.account': {
    class: 'denied',
    status: 403,
    message: 'account {value} is not one that whoever asks may see',
    remedy: 'name an account in {field} that the key or token is for',
  },
  'request.account_needed': {
    class: 'usage',
    message: '{operation}: {field} is {value}, and more than one account or none may be meant',
    remedy: 'name the account in {field}',
  },
  'request.all_accounts': {
    class: 'denied',
    status: 403,
    message: '{operation} is about all accounts, and whoever asks may see some',
    remedy: 'ask with a key for all accounts',
  },
  'request.too_many': {
    class: 'unavailable',
    status: 429,
    message: 'the limit of {limit} requests is used up',
    remedy: 'wait {seconds} s, and look at the RateLimit header of each answer',
  },
  'request.too_deep': {
    class: 'usage',
    message: 'the body is nested deeper than {limit} levels',
    remedy: 'send what the route takes: none of it is that deep',
  },
  'request.late': {
    class: 'unavailable',
    message: '{operation} did not answer within {limit_ms} ms',
    remedy: 'ask again, for less at once where it takes a limit',
  },
  'request.key_invalid': {
    class: 'usage',
    message: '{field} is {value}',
    remedy: 'send 1 to 200 printable characters without spaces, for example a UUID',
  },
  'request.key_reused': {
    class: 'data',
    message: '{field} {value} came with another request before',
    remedy: 'take a new key for each request, and the same one only to try the same request again',
  },
  'request.key_running': {
    class: 'busy',
    message: 'the first request with {field} {value} is still under way',
    remedy: 'wait a second and try again: its answer is kept',
  },
  'request.cursor': {
    class: 'usage',
    message: '{field} {value} is no place in this list',
    remedy: 'take the next of the page before as it is, or leave it out for the first page',
  },
  'promotion.forced': {
    class: 'busy',
    message: 'experiment {id} does not show a winner yet, and evidence is not skipped: {reason}',
    remedy: 'leave out force_promotion and wait for the evidence, or change the policy for what comes',
  },
  'request.event': {
    class: 'data',
    message: '{topic}: {field} is {value}: {rule}',
    remedy: '{what_to_do}',
  },
  'oidc.away': {
    class: 'unavailable',
    message: 'the keys of {issuer} cannot be had: {why}',
    remedy: 'try again when the issuer answers, or ask with a key of flywheel keys create',
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
    remedy: 'the page is at /, the API is described at /docs and by /openapi.json',
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
