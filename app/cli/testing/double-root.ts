/** A composition root for tests: the embedded engine in a folder, the double's topology, a bare API server. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openEmbedded } from '../../../engine/embedded/embedded.ts';
import { ClickHouseAnalytics } from '../../../ports/analytics/clickhouse/clickhouse.ts';
import { assemble, type Parts, type ServeWith, type Serving } from '../../assemble.ts';
import type { Root } from '../../flywheel.ts';
import { openLogger } from '../../observe/logger.ts';
import { doubleOptions, doubleTopology, noExperiments, stillSource } from '../../operations/doubles.ts';
import { sqlReader } from '../../operations/sql-reader.ts';
import { failureOf } from '../failure.ts';

const now_ms = (): number => Date.now();

export const doubleRoot: Root = {
  version: '0.0.0',
  topology: doubleTopology,
  async open(config) {
    const embedded = openEmbedded({
      ...doubleOptions,
      partitions: config.partitions,
      folder: config.data_folder,
      clock: { now_ms },
    });
    const analytics = await ClickHouseAnalytics.open({ path: join(config.data_folder, 'analytics') });
    const parts: Parts = {
      config,
      version: '0.0.0',
      embedded,
      analytics: { reader: sqlReader(analytics.client, now_ms), close: () => analytics.close() },
      source: { ...stillSource, play: () => Promise.resolve(), stop: () => Promise.resolve() },
      experiments: noExperiments,
      logger: openLogger({ data_folder: config.data_folder, level: 'info' }),
      serve,
      now_ms,
    };
    return assemble(parts);
  },
};

/** Answers POST /api/operations/<name> to whoever shows the token. */
async function serve(what: ServeWith): Promise<Serving> {
  const server = createServer((request, response) => void answer(what, request, response));
  await new Promise<void>((resolve) => server.listen(what.port, what.host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${what.host}:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function answer(
  { operations, token }: ServeWith,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const say = (status: number, body: unknown): void => void response.writeHead(status).end(JSON.stringify(body));
  if (request.headers.authorization !== `Bearer ${token}`) return say(401, { code: 'denied', detail: 'no token' });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  const operation: unknown = Reflect.get(operations, request.url?.split('/').pop() ?? '');
  if (typeof operation !== 'function') return say(404, { detail: 'no such operation' });
  try {
    say(200, await operation(JSON.parse(Buffer.concat(chunks).toString())));
  } catch (error) {
    const { code, what, remedy } = failureOf(error);
    say(400, { code, detail: what, remedy });
  }
}
