import { createServer, type Server, type Socket } from 'node:net';
import Connection from 'kafkajs/src/network/connection.js';
import fetchRequest from 'kafkajs/src/protocol/requests/fetch/v11/request.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import './mended.ts';
import { Sockets } from './sockets.ts';

const request = fetchRequest({
  ...{ replicaId: -1, isolationLevel: 0, maxWaitTime: 0, minBytes: 1, maxBytes: 1, topics: [] },
});
const text = (bytes: Buffer): Promise<string> => Promise.resolve(bytes.toString());
const response = { decode: text, parse: (decoded: string) => Promise.resolve(decoded) };

/** The answer to a request, whose number stands behind its length, key and version. */
function answerTo(asked: Buffer, said: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeInt32BE(4 + said.length);
  header.writeInt32BE(asked.readInt32BE(8), 4);
  return Buffer.concat([header, Buffer.from(said)]);
}

const sockets: Socket[] = [];
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((socket) => {
    const isFirst = sockets.push(socket) === 1;
    socket.on('error', () => undefined);
    socket.on('data', (asked) => {
      const answer = answerTo(asked, `answer ${sockets.length}`);
      if (isFirst) socket.end(answer.subarray(0, answer.length - 3));
      else socket.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const quiet = { namespace: () => ({ debug: () => undefined, error: () => undefined }) };
const host = '127.0.0.1';
const patience = { requestTimeout: 2_000, connectionTimeout: 2_000 };

it('a connection that is told to disconnect again, as a broker stays away, leaves no listener each time', async () => {
  const all = new Sockets();
  const opened: Socket[] = [];
  const socketFactory: typeof all.open = (place) => {
    const socket = all.open(place);
    opened.push(socket);
    return socket;
  };
  // Nobody listens at port 1.
  const connection = new Connection({ host, port: 1, logger: quiet, socketFactory, ...patience });
  await expect(connection.connect()).rejects.toThrow('ECONNREFUSED');
  for (let i = 0; i < 5; i++) await connection.disconnect();
  expect(opened.map((socket) => socket.listenerCount('connect') < 3)).toEqual([true]);
  all.end();
});

it('a connection that ended in the middle of an answer reads the next answer from its beginning', async () => {
  const all = new Sockets();
  const connection = new Connection({ host, port, logger: quiet, socketFactory: all.open, ...patience });
  const ask = async (): Promise<string> => {
    await connection.connect();
    return connection.send({ request, response, requestTimeout: 2_000 });
  };
  await expect(ask()).rejects.toThrow('Closed connection');
  expect(await ask()).toBe('answer 2');
  expect(await ask()).toBe('answer 2');
  all.end();
});
