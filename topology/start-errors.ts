/** Errors of a program that starts or is asked: what each says, and what to do. */
import type { ErrorEntry } from './error-classes.ts';

/** Errors of starting and asking the program. */
export const programErrors = {
  'config.invalid': {
    class: 'config',
    message: '{origin}: {why}',
    remedy: '{what_to_do}',
  },
  'port.busy': {
    class: 'busy',
    message: 'port {port} is in use',
    remedy: 'stop what listens there, or choose another with --port',
  },
  'sink.unavailable': {
    class: 'unavailable',
    message: 'the analytics store does not answer: {why}',
    remedy: 'start it; rows wait in the outbox and nothing is lost',
  },
  'sink.denied': {
    class: 'config',
    message: 'the analytics store at {place} refuses its user: {why}',
    remedy: 'check clickhouse_username and clickhouse_password, and what that user may do; rows wait in the outbox',
  },
  'sink.refused': {
    class: 'unavailable',
    message: 'the analytics store at {place} refused what it was sent: {why}',
    remedy: 'see what it says of it; rows wait in the outbox and nothing is lost',
  },
  'vectors.unavailable': {
    class: 'unavailable',
    message: 'the store of vectors at {place} does not answer: {why}',
    remedy: 'start it; what memory lacks meanwhile is filled in when it is back',
  },
  'vectors.refused': {
    class: 'config',
    message: 'the store of vectors at {place} refused what it was asked: {why}',
    remedy: 'check qdrant_url and qdrant_key, and see what the server says of it',
  },
  'vectors.too_old': {
    class: 'config',
    message: 'the Qdrant at {place} is version {found}, which would let an old write replace a newer point',
    remedy: 'use version {wanted} or later',
  },
  'vectors.collection': {
    class: 'config',
    message: 'the collection {collection} at {place} is of {found}, it must be of {wanted}',
    remedy: 'name another one with qdrant_collection, or remove it and memory is filled again from the log',
  },
  'training.failed': {
    class: 'unavailable',
    message: 'no model came of the training: {why}',
    remedy:
      'the model in use stays; ask again, with fewer or smaller trees (docs/policy.md, training) where memory ran out',
  },
  'topology.invalid': {
    class: 'internal',
    message: 'the topology does not hold together: {why}',
    remedy: 'run: flywheel topology --check',
  },
  'query.refused': {
    class: 'usage',
    message: 'the query was refused: {why}',
    remedy: 'write one SELECT over the tables that flywheel query --tables lists',
  },
  'usage.invalid': {
    class: 'usage',
    message: '{why}',
    remedy: '{what_to_do}',
  },
} as const satisfies Record<string, ErrorEntry>;
