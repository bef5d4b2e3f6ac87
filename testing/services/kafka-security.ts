/** Listeners of the tests' broker that ask who one is (SASL), speak TLS, or both; and permissions of who logs in. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, needs } from './tools.ts';

const run = promisify(execFile);

/** Users that the broker knows, under PLAIN and under SCRAM-SHA-256. */
export const users = { flywheel: 'flywheel-secret', producer: 'producer-secret', stranger: 'stranger-secret' } as const;

export interface SecuredListeners {
  /** SASL without TLS. */
  readonly login: string;
  /** TLS without a login. */
  readonly tls: string;
  /** SASL over TLS, as a broker that others can reach should have it. */
  readonly both: string;
  /** The certificate that the broker's is signed by, PEM. */
  readonly ca: string;
}

export interface Security {
  readonly listeners: SecuredListeners;
  /** Name, port and protocol of each listener, for the broker's list of them. */
  readonly ports: readonly (readonly [name: string, port: number, protocol: string])[];
  readonly properties: Readonly<Record<string, string>>;
  /** Arguments of the storage tool: SCRAM's users are kept there, not in the configuration. */
  readonly format: readonly string[];
}

const store_password = 'only-for-tests';

/** A key and a certificate for `localhost`, signed by itself, in a keystore; resolves with the certificate. */
async function keystore(folder: string, file: string): Promise<string> {
  await needs('keytool', ['-help']);
  const store = ['-alias', 'broker', '-keystore', file, '-storetype', 'PKCS12', '-storepass', store_password];
  const names = ['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1'];
  await run('keytool', [
    '-genkeypair',
    '-keyalg',
    'EC',
    '-groupname',
    'secp256r1',
    '-validity',
    '2',
    ...names,
    ...store,
  ]);
  const pem = join(folder, 'ca.pem');
  await run('keytool', ['-exportcert', '-rfc', '-file', pem, ...store]);
  return readFileSync(pem, 'utf8');
}

const plain = (): string =>
  'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
  `${Object.entries(users)
    .map(([name, password]) => `user_${name}="${password}"`)
    .join(' ')};`;

const sasl = (listener: string): Record<string, string> => ({
  [`listener.name.${listener}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256',
  [`listener.name.${listener}.plain.sasl.jaas.config`]: plain(),
  [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`]:
    'org.apache.kafka.common.security.scram.ScramLoginModule required;',
});

/** Keys made in `folder`, ports that are free, and all that the broker's configuration says of them. */
export async function security(folder: string): Promise<Security> {
  const file = join(folder, 'broker.p12');
  const [ca, login, tls, both] = [await keystore(folder, file), await freePort(), await freePort(), await freePort()];
  return {
    // By name: a certificate is for names, and TLS sends no address as the name it asks for.
    listeners: { login: `localhost:${login}`, tls: `localhost:${tls}`, both: `localhost:${both}`, ca },
    ports: [
      ['LOGIN', login, 'SASL_PLAINTEXT'],
      ['TLS', tls, 'SSL'],
      ['BOTH', both, 'SASL_SSL'],
    ],
    properties: {
      ...sasl('login'),
      ...sasl('both'),
      'ssl.keystore.location': file,
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.password': store_password,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // Who has not logged in is the test itself.
      'super.users': 'User:ANONYMOUS',
    },
    format: Object.entries(users).flatMap(([name, password]) => [
      '--add-scram',
      `SCRAM-SHA-256=[name=${name},password=${password}]`,
    ]),
  };
}
