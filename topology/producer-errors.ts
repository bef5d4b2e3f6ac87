/** Codes of errors that a program gets that publishes with our client. */
import type { ErrorEntry } from './error-classes.ts';

export const producerErrors = {
  'producer.full': {
    class: 'unavailable',
    message: '{bytes} bytes wait to be sent, at most {limit_bytes} may',
    remedy: 'await ready() before the next send(); nothing of this event was taken',
  },
  'producer.position': {
    class: 'usage',
    message: 'position {position} of {topic} is not above {last}, the one before it',
    remedy: 'give each event of a source a higher whole number than the one before, such as its line or row',
  },
  'producer.undelivered': {
    class: 'unavailable',
    message: 'no broker confirmed {topic} position {position} within {within_ms} ms: {why}',
    remedy: 'open a producer with the same source and send again from the first event that was not delivered',
  },
  'producer.closed': {
    class: 'usage',
    message: 'the producer takes nothing more: {why}',
    remedy: 'open another one; one that names its events stops at the first that is not delivered, to keep their order',
  },
  'producer.schema': {
    class: 'missing',
    message: 'the registry {url} does not know the schema of {topic} version {version} under {subject}',
    remedy: 'run flywheel provision --apply, or use the release of this client that the registry was provisioned by',
  },
  'producer.registry': {
    class: 'unavailable',
    message: 'the registry {url} does not say the id of {subject}: {why}',
    remedy: 'see that it runs, that the address ends where /subjects begins, and that name and password are right',
  },
} as const satisfies Record<string, ErrorEntry>;
