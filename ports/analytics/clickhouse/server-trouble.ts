/** What a failure of a ClickHouse server means: whether it passes, and what there is to do about it. */
import { ClickHouseError } from '@clickhouse/client';
import { FlywheelError } from '../../../topology/errors.ts';

/**
 * Errors of ClickHouse that another try may not meet: load, time-outs, too many parts that wait to be merged, replicas and
 * their keeper. What is refused for itself (a type, a name, a right) is refused again.
 */
const passing: ReadonlySet<string> = new Set([
  'ALL_CONNECTION_TRIES_FAILED',
  'CANNOT_SCHEDULE_TASK',
  'KEEPER_EXCEPTION',
  'MEMORY_LIMIT_EXCEEDED',
  'NETWORK_ERROR',
  'NO_ZOOKEEPER',
  'QUERY_WAS_CANCELLED',
  'RECEIVED_ERROR_TOO_MANY_REQUESTS',
  'SERVER_OVERLOADED',
  'SOCKET_TIMEOUT',
  'TABLE_IS_READ_ONLY',
  'TIMEOUT_EXCEEDED',
  'TOO_FEW_LIVE_REPLICAS',
  'TOO_MANY_PARTS',
  'TOO_MANY_SIMULTANEOUS_QUERIES',
  'UNEXPECTED_END_OF_FILE',
  'UNKNOWN_STATUS_OF_INSERT',
]);
const of_disk: ReadonlySet<string> = new Set(['NOT_ENOUGH_SPACE']);
const of_user: ReadonlySet<string> = new Set([
  'ACCESS_DENIED',
  'AUTHENTICATION_FAILED',
  'READONLY',
  'REQUIRED_PASSWORD',
  'UNKNOWN_USER',
  'WRONG_PASSWORD',
]);
/** What was provisioned is not there: the server lost it, or is another one. */
const of_layout: ReadonlySet<string> = new Set(['UNKNOWN_DATABASE', 'UNKNOWN_TABLE', 'NO_SUCH_COLUMN_IN_TABLE']);

const most_said = 300;

const typeOf = (error: unknown): string | undefined => (error instanceof ClickHouseError ? error.type : undefined);

/** Whether the same request may be taken when it is sent again. An error that is not ClickHouse's is of the way there. */
export function passes(error: unknown): boolean {
  const type = typeOf(error);
  return type === undefined || passing.has(type);
}

const of_the_way: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Whether nobody answered: a question that was refused is another matter for whoever asked it. */
export const nobodyThere = (error: unknown): boolean =>
  error instanceof Error &&
  !(error instanceof ClickHouseError) &&
  (of_the_way.has(Reflect.get(error, 'code')) || /^Timeout error|socket hang up/.test(error.message));

export const forgotten = (error: unknown): boolean => {
  const type = typeOf(error instanceof FlywheelError ? error.cause : error);
  return type !== undefined && of_layout.has(type);
};

/** What was said, in one line. A connection that is refused on every address of a name has its reasons inside. */
export function said(error: unknown): string {
  if (error instanceof AggregateError) return [...new Set(error.errors.map(said))].join('; ');
  const what = error instanceof Error ? error.message || String(Reflect.get(error, 'code')) : String(error);
  return what
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, most_said);
}

/** A request that the server at `place` did not take. */
export function serverFailure(error: unknown, place: string): FlywheelError {
  if (error instanceof FlywheelError) return error;
  const type = typeOf(error);
  const why = type === undefined ? said(error) : `${said(error)} (${type})`;
  if (type !== undefined && of_disk.has(type))
    return new FlywheelError('store.full', { path: place }, { cause: error });
  if (type !== undefined && of_user.has(type))
    return new FlywheelError('sink.denied', { place, why }, { cause: error });
  if (passes(error)) return new FlywheelError('sink.unavailable', { why: `${place}: ${why}` }, { cause: error });
  return new FlywheelError('sink.refused', { place, why }, { cause: error });
}
