/** What the client's errors mean for whoever runs this: a login that is refused, a right that is missing. */
import { EngineError } from '../../errors.ts';
import type { BrokerOptions } from './connection.ts';

/** An error and those that it came from or stands for, the outermost first. */
function* chain(error: unknown): Generator<Error> {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    yield at;
    const several: unknown = Reflect.get(at, 'errors');
    if (Array.isArray(several)) for (const one of several) yield* chain(one);
  }
}

const typeOf = (error: Error): string => String(Reflect.get(error, 'type') ?? '');
const is_mechanism = /SASL mechanism|mechanism is not supported/i;

const who = ({ sasl, client_id }: BrokerOptions): string =>
  sasl === undefined || !('username' in sasl)
    ? `${client_id}, without a login,`
    : `${sasl.username} (${sasl.mechanism.toUpperCase()})`;

/**
 * The error as one of the engine's, where its cause is known to be one that asking again does not repair; else as it is.
 */
export function refusal(error: unknown, options: BrokerOptions): unknown {
  if (error instanceof EngineError) return error;
  const brokers = options.brokers.join(', ');
  for (const one of chain(error)) {
    const found = meaning(one, brokers, options);
    if (found !== undefined) return found;
  }
  return error;
}

function meaning(error: Error, brokers: string, options: BrokerOptions): EngineError | undefined {
  if (error.name === 'KafkaJSSASLAuthenticationError' || is_mechanism.test(error.message))
    return new EngineError(
      'kafka.login',
      `the broker (${brokers}) refuses the login of ${who(options)}: ${error.message}`,
      'set kafka_sasl_username, kafka_sasl_password and kafka_sasl_mechanism to what the broker knows',
    );
  if (typeOf(error).endsWith('_AUTHORIZATION_FAILED'))
    return new EngineError(
      'kafka.permission',
      `the broker (${brokers}) does not let ${who(options)} do this: ${error.message}`,
      'give it the permissions of docs/security.md, or log in as who has them',
    );
  return undefined;
}

/** The error as one of the engine's wherever it is the client's: what is no refusal says that no broker answers. */
export function meant(error: unknown, options: BrokerOptions): unknown {
  const found = refusal(error, options);
  if (found instanceof EngineError || !(found instanceof Error) || !found.name.startsWith('KafkaJS')) return found;
  const reason = found.message === '' && found.cause !== undefined ? String(found.cause) : found.message;
  return new EngineError(
    'kafka.away',
    `no broker answers (${options.brokers.join(', ')}): ${reason}`,
    'see that the brokers run and can be reached from here',
  );
}

/** Runs `work`; rejects with what the client's error means where it is a refusal. */
export async function explained<T>(options: BrokerOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusal(error, options);
  }
}
