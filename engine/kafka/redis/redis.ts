/** The Redis that state is kept in, behind what the ledger needs of it: scripts, reads, and no guess after an error. */
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { EngineError } from '../../errors.ts';

const bytes = z.instanceof(Buffer);
const some = z.array(bytes.nullable());
const answer = z.string();

/** A script and its digest, by which Redis knows it once it has run. */
export interface Script {
  readonly text: string;
  readonly digest: string;
}

export const scriptOf = (text: string): Script => ({ text, digest: createHash('sha1').update(text).digest('hex') });

/** What an address must not hold: it is printed. */
export interface RedisSecrets {
  readonly username?: string;
  readonly password?: string;
  /** Certificate that Redis's is signed by, PEM, where the system does not know it. */
  readonly ca?: string;
}

/**
 * A connection that never queues and never sends a command again by itself: whether a command that got no answer was run
 * is for the ledger to find out, not to be guessed.
 */
export function connectRedis(url: string, command_within_ms = 5_000, secrets: RedisSecrets = {}): Redis {
  const { username, password, ca } = secrets;
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: command_within_ms,
    retryStrategy: (times) => Math.min(times * 50, last_reconnect_ms),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { tls: { ca } }),
  });
  redis.on('close', () => closes.set(redis, closesOf(redis) + 1));
  return redis;
}

/** Longest wait between tries to connect again. */
const last_reconnect_ms = 1_000;

const closes = new WeakMap<Redis, number>();

/** How often its connection ended. Behind another connection may be a Redis that has forgotten what the last one knew. */
export const closesOf = (redis: Redis): number => closes.get(redis) ?? 0;

const is_login = /^(WRONGPASS|NOAUTH|NOPERM)/;
const is_certificate = /certificate|self.signed|altnames|unable to verify/i;

/** Connects. Rejects at once where Redis refuses the login: asking again does not make a password right. */
export async function opened(redis: Redis): Promise<Redis> {
  // What ends the connection is told beside the promise, which then only says that it has ended.
  let why: unknown;
  const hear = (error: unknown): void => void (why = error);
  redis.on('error', hear);
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw refusalOf(redis, why ?? error);
  } finally {
    redis.off('error', hear);
  }
}

function refusalOf(redis: Redis, error: unknown): unknown {
  const { host = '', port = 0, username } = redis.options;
  if (!(error instanceof Error)) return error;
  if (is_login.test(error.message))
    return new EngineError(
      'redis.login',
      `Redis refuses ${username ?? 'a user without a name'}: ${error.message}`,
      'set redis_username and redis_password to what Redis knows, with the permissions of docs/security.md',
    );
  if (is_certificate.test(error.message))
    return new EngineError(
      'redis.tls',
      `the certificate of Redis at ${host}:${port} is not trusted: ${error.message}`,
      'name the certificate that it is signed by in redis_tls_ca_file',
    );
  return error;
}

/** What is asked of a Redis in one turn goes to it in one piece: it flushes to disk once for all of it. */
function sendTogether({ stream }: Redis): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Runs a script by its digest; the text goes over only where Redis does not know it yet. */
export async function runScript(
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly (string | Buffer)[],
): Promise<string> {
  const call = [keys.length, ...keys, ...args] as const;
  sendTogether(redis);
  try {
    return answer.parse(await redis.evalsha(script.digest, ...call));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return answer.parse(await redis.eval(script.text, ...call));
  }
}

/** Fields of a hash, in order; null where it has none of the name. */
export const fields = async (
  redis: Redis,
  key: string,
  names: readonly string[],
): Promise<readonly (Buffer | null)[]> => some.parse(await redis.hmgetBuffer(key, ...names));

const page = z.tuple([bytes, z.array(bytes)]);

/** All fields of a hash with their values, in no order, a page at a time; some may come twice. */
export async function* allFields(redis: Redis, key: string): AsyncGenerator<readonly [Buffer, Buffer]> {
  let cursor = '0';
  do {
    const [next, found] = page.parse(await redis.hscanBuffer(key, cursor, 'COUNT', 1_000));
    for (let i = 0; i + 1 < found.length; i += 2) {
      const [name, value] = [found[i], found[i + 1]];
      if (name !== undefined && value !== undefined) yield [name, value];
    }
    cursor = next.toString();
  } while (cursor !== '0');
}
