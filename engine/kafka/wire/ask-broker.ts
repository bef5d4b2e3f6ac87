/** One request to a broker, beside those that the client makes by itself. */
import type { Broker, Protocol } from 'kafkajs/src/cluster/index.js';

export async function askBroker<T>(
  broker: Pick<Broker, 'connectionPool' | 'disconnect'>,
  protocol: Protocol<T>,
): Promise<T> {
  try {
    return await broker.connectionPool.send(protocol);
  } catch (error) {
    // As kafkajs itself does: the next request connects anew.
    if (error instanceof Error && error.name === 'KafkaJSConnectionClosedError') await broker.disconnect();
    throw error;
  }
}
