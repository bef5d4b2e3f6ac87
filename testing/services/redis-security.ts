/** A Redis that speaks TLS only, and knows one user who may touch the keys of one namespace. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aclOf } from '../../engine/kafka/redis/acl.ts';
import { startRedis, type RedisServer } from './redis.ts';
import { freePort, needs } from './tools.ts';

const run = promisify(execFile);

export const redis_login = { username: 'flywheel', password: 'redis-secret' } as const;

export interface SecuredRedis extends RedisServer {
  /** Certificate that the server's is signed by, PEM. */
  readonly ca: string;
}

/** A key, and a certificate for `localhost` signed by itself. */
async function certificate(folder: string): Promise<{ readonly key_file: string; readonly cert_file: string }> {
  await needs('openssl', ['version']);
  const [key_file, cert_file] = [join(folder, 'redis.key'), join(folder, 'redis.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key_file];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  await run('openssl', ['req', '-x509', '-days', '2', ...key, ...names, '-out', cert_file]);
  return { key_file, cert_file };
}

/** The user of `redis_login` has exactly what docs/security.md gives to a namespace; nobody else may log in over TLS. */
export async function startSecuredRedis(folder: string, namespace: string): Promise<SecuredRedis> {
  mkdirSync(folder, { recursive: true });
  const [{ key_file, cert_file }, port] = [await certificate(folder), await freePort()];
  const { program } = await startRedis(folder, [
    '--tls-port',
    String(port),
    '--tls-cert-file',
    cert_file,
    '--tls-key-file',
    key_file,
    '--tls-auth-clients',
    'no',
    '--user',
    redis_login.username,
    'on',
    `>${redis_login.password}`,
    ...aclOf(namespace),
  ]);
  return { url: `rediss://localhost:${port}`, program, ca: readFileSync(cert_file, 'utf8') };
}
