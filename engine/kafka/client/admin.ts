/** Asks the brokers about topics and settings, on connections that last as long as the question. */
import type { Admin } from 'kafkajs';
import { kafkaOf, type BrokerOptions } from './connection.ts';
import { meant } from './refused.ts';
import { Sockets } from './sockets.ts';
import { assertTrusted } from './tls-probe.ts';

/** @throws EngineError where no broker answers, or they refuse this process. */
export async function withAdmin<T>(options: BrokerOptions, work: (admin: Admin) => Promise<T>): Promise<T> {
  await assertTrusted(options);
  const sockets = new Sockets();
  const admin = kafkaOf(options, sockets).admin();
  try {
    await admin.connect();
    return await work(admin);
  } catch (error) {
    throw meant(error, options);
  } finally {
    await sockets.endAfter(() => admin.disconnect());
  }
}
