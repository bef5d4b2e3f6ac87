/**
 * Whether brokers speak TLS with a certificate that is trusted, asked once before the client does: it would take what is
 * wrong for a broker that is away, and ask again.
 */
import { connect, type ConnectionOptions } from 'node:tls';
import { EngineError } from '../../errors.ts';
import type { BrokerOptions } from './connection.ts';

const probe_within_ms = 5_000;
/** A broker that is away is the client's affair. */
const away = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']);
const is_certificate = /certificate|self.signed|altnames|unable to verify/i;

type Outcome = 'trusted' | 'away' | Error;

function probe(address: string, tls: ConnectionOptions): Promise<Outcome> {
  const [host, port] = [
    address.slice(0, address.lastIndexOf(':')),
    Number(address.slice(address.lastIndexOf(':') + 1)),
  ];
  return new Promise((resolve) => {
    const socket = connect({ ...tls, host, port, servername: tls.servername ?? host });
    const end = (outcome: Outcome): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(probe_within_ms, () => end('away'));
    socket.once('secureConnect', () => end('trusted'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(away.has(error.code ?? '') ? 'away' : error));
  });
}

/** Resolves where a broker is trusted, or where none can be asked. Throws `kafka.tls` where one is not. */
export async function assertTrusted({ brokers, tls }: BrokerOptions): Promise<void> {
  if (tls === undefined || tls === false) return;
  for (const address of brokers) {
    const outcome = await probe(address, tls === true ? {} : tls);
    if (outcome === 'trusted') return;
    if (outcome === 'away') continue;
    throw is_certificate.test(outcome.message)
      ? new EngineError(
          'kafka.tls',
          `the certificate of ${address} is not trusted: ${outcome.message}`,
          'name the certificate that it is signed by in kafka_tls_ca_file, and the broker as its certificate does',
        )
      : new EngineError(
          'kafka.tls',
          `${address} does not speak TLS: ${outcome.message}`,
          'name the port where the broker does, or set kafka_tls to false',
        );
  }
}
