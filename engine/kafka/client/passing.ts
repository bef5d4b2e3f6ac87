/** Which errors of servers pass by themselves, so that what failed is asked again, and which will be the same next time. */
import { EngineError, type EngineErrorCode } from '../../errors.ts';

/** What a partition is lost by, and a broker that is away: both are over once it is taken or asked again. */
const passing_codes: ReadonlySet<EngineErrorCode> = new Set(['group.stopped', 'ledger.disconnected', 'kafka.away']);

/** Redis answers, but not at this moment: it loads, is busy, has no room or no replicas, or is no longer the one that writes. */
const not_now =
  /^(LOADING|BUSY|CLUSTERDOWN|TRYAGAIN|OOM|MISCONF|READONLY|MASTERDOWN|NOREPLICAS)|OOM command not allowed/;

const client_errors = [TypeError, RangeError, ReferenceError, SyntaxError];
const connection_errors =
  /Connection is closed|max retries per request|aborted|timed out|isn't writeable|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/;

export function isPassing(error: unknown): boolean {
  if (error instanceof EngineError) return passing_codes.has(error.code);
  if (!(error instanceof Error) || client_errors.some((kind) => error instanceof kind)) return false;
  if (error.name === 'ReplyError') return not_now.test(error.message);
  if (error.name.startsWith('KafkaJS')) return isPassingOfKafka(error);
  return connection_errors.test(`${String(Reflect.get(error, 'code'))} ${error.message}`);
}

/** Where the client says of no cause: what it waited for, it may wait for again. */
const given_up = /NumberOfRetriesExceeded|GroupCoordinatorNotFound|Timeout|AggregateError/;

/** Tries that the client gave up pass as what they failed by, which it wraps, once or twice, in errors that do not. */
function isPassingOfKafka(error: Error): boolean {
  if (Reflect.get(error, 'retriable') === true) return true;
  const { cause } = error;
  return cause instanceof Error && cause !== error ? isPassing(cause) : given_up.test(error.name);
}
