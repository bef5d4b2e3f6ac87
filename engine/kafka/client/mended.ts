/**
 * What is mended of kafkajs 2.2.4 at its connections, once for the process:
 *
 * - Two requests that find a connection closed open it twice; the first socket is forgotten, keeps the process, and ends
 *   the second when the broker ends it for being idle. Here all of them wait for one.
 * - A connection that is told to disconnect while it connects is connected afterwards.
 * - One that is told to disconnect again tells its socket again, which is gone: each time a listener more that waits for
 *   it to connect, and a warning on the terminal where a broker is away for long.
 * - What asks after its client has ended connects anew, and is tried again for seconds. Here it is refused for good.
 * - A connection that ends in the middle of an answer keeps the half, and takes the first bytes of its next socket for the
 *   rest: it waits for an answer of any length from then on, keeps all that comes, and never ends. Here it begins anew, and
 *   what an old socket still brings is not read.
 * - Record batches of ours are written already (produce-request.ts) and are sent as they are.
 * - Each connection that was used once wakes the process every millisecond to look for requests that wait, where none do.
 */
import type { ISocketFactory } from 'kafkajs';
import Broker from 'kafkajs/src/broker/index.js';
import errors from 'kafkajs/src/errors.js';
import Connection from 'kafkajs/src/network/connection.js';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import * as response from 'kafkajs/src/protocol/requests/produce/v7/response.js';
import { askBroker } from '../wire/ask-broker.ts';
import { produce_key, produce_version, produceRequest, written } from '../wire/produce-request.ts';

const endings = new WeakMap<ISocketFactory, () => boolean>();
const connecting = new WeakMap<Connection, Promise<boolean>>();

/** Connections that get their sockets from `factory` open none when `hasEnded`. */
export function refuseAfter(factory: ISocketFactory, hasEnded: () => boolean): void {
  endings.set(factory, hasEnded);
}

const { connect, disconnect } = Connection.prototype;
const { scheduleCheckPendingRequests } = RequestQueue.prototype;

/** A socket that ends before it was connected: the client waits for ever where no error came with it. */
const closed = ({ socket, host, port }: Connection): Promise<never> =>
  new Promise((_resolve, reject) => {
    const error = new errors.KafkaJSConnectionError('Closed while connecting', { broker: `${host}:${port}` });
    socket?.once('close', () => reject(error));
  });

Connection.prototype.connect = function connectOnce(): Promise<boolean> {
  if (this.isConnected()) return Promise.resolve(true);
  const underway = connecting.get(this);
  if (underway !== undefined) return underway;
  if (endings.get(this.socketFactory)?.() === true)
    return Promise.reject(new errors.KafkaJSNonRetriableError('the client has ended'));
  forgetHalves(this);
  const opened = connect.call(this);
  const opening = Promise.race([opened, closed(this)]).finally(() => connecting.delete(this));
  connecting.set(this, opening);
  return opening;
};

Connection.prototype.disconnect = async function disconnectForGood(): Promise<boolean> {
  const { socket } = this;
  const is_connecting = connecting.has(this);
  if (socket?.destroyed === true) this.socket = undefined;
  const done = await disconnect.call(this);
  if (is_connecting) socket?.destroy();
  socket?.removeAllListeners('data').resume();
  return done;
};

/** Bytes that say how long an answer is. */
const length_bytes = 4;

function forgetHalves(connection: Connection): void {
  connection.chunks = [];
  connection.bytesBuffered = 0;
  connection.bytesNeeded = length_bytes;
}

RequestQueue.prototype.scheduleCheckPendingRequests = function scheduleWhereAnyWait(): void {
  if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
};

const { produce } = Broker.prototype;
/** How long a broker may wait for its replicas where nothing is said, milliseconds: the client's own. */
const replicas_within_ms = 30_000;

/** What is not written already, of which we send nothing, is left to the client. */
Broker.prototype.produce = async function produceAsWritten(records): Promise<unknown> {
  const topics = written(records.topicData);
  if (topics === undefined) return produce.call(this, records);
  const { version } = this.lookupRequest(produce_key, { versions: [produce_version], protocol: (chosen) => chosen });
  if (version !== produce_version)
    throw new errors.KafkaJSNonRetriableError(
      'the broker is older than Kafka 2.1, and takes no records as they are sent',
    );
  const { acks = -1, timeout = replicas_within_ms } = records;
  return askBroker(this, { request: produceRequest(topics, acks, timeout), response });
};
