/** The program on a ClickHouse and a Qdrant of the tests, which come late, go and come back while it plays. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockOwner } from '../../engine/embedded/lock.ts';
import { openClickHouseServer } from '../../ports/analytics/clickhouse/server.ts';
import { hashedEmbeddings } from '../../ports/embeddings/hashed/hashed.ts';
import { qdrantVectors } from '../../ports/vectors/qdrant/qdrant.ts';
import { topology } from '../../processors/index.ts';
import { storeVersion } from '../../processors/rag-memory/outside.ts';
import { startClickHouseServer, type ClickHouseServer } from '../clickhouse-server/server.ts';
import { qdrantServer, type QdrantServer } from '../qdrant-server/server.ts';
import { tablesOf } from '../../topology/fold.ts';
import { z } from 'zod';
import { CliProcess } from '../../app/cli/testing/process.ts';
import type { Operations, Status } from '../../app/operations/operations.ts';
import { remoteOperations } from '../../app/operations/remote.ts';

export const database = 'flywheel_test';
export const collection = 'winners';
export const qdrant_key = 'a-key';

/** Settings by which the program finds a ClickHouse and a Qdrant of the tests. */
export const storesOf = (
  clickhouse: Pick<ClickHouseServer, 'url' | 'username' | 'password'>,
  qdrant: Pick<QdrantServer, 'url'>,
): Readonly<Record<string, string>> => ({
  FLYWHEEL_CLICKHOUSE_URL: clickhouse.url,
  FLYWHEEL_CLICKHOUSE_DATABASE: database,
  FLYWHEEL_CLICKHOUSE_USERNAME: clickhouse.username,
  FLYWHEEL_CLICKHOUSE_PASSWORD: clickhouse.password,
  FLYWHEEL_QDRANT_URL: qdrant.url,
  FLYWHEEL_QDRANT_KEY: qdrant_key,
  FLYWHEEL_QDRANT_COLLECTION: collection,
});

const readyShape = z.object({ ready: z.boolean(), down: z.array(z.string()) });
const wishShape = z.tuple([z.string(), z.string(), z.coerce.number()]);
const countShape = z.tuple([z.tuple([z.coerce.number()])]);

export interface Run {
  readonly clickhouse: ClickHouseServer;
  readonly qdrant: QdrantServer;
  readonly program: CliProcess;
  readonly operations: Operations;
  /** Names of the servers that it says are down. */
  down(): Promise<{ readonly status: number; readonly names: readonly string[] }>;
  /** Records of each topic in the log beside the rows of its table, and what of the log's winners Qdrant has. */
  compared(): Promise<Compared>;
}

export interface Compared {
  readonly logged: Readonly<Record<string, number>>;
  readonly archived: Readonly<Record<string, number>>;
  readonly winners: number;
  readonly points: number;
  /** Winners of which Qdrant has not the newest version. */
  readonly absent: number;
}

/** Whether all that was appended is handled and delivered. What a batch under way has read is no lag any more. */
export const isSettled = ({ groups }: Status): boolean =>
  groups.every(({ state, lag, outbox_bytes }) => state === 'idle' && lag === 0 && outbox_bytes === 0);

/** Starts the program while neither server answers, and ends all it has started when `work` is done. */
export async function onServers(
  environment: Readonly<Record<string, string>>,
  work: (run: Run) => Promise<void>,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'flywheel-servers-'));
  const folder = join(home, 'data');
  const clickhouse = await startClickHouseServer({ folder: join(home, 'clickhouse') });
  const qdrant = await qdrantServer({ key: qdrant_key });
  await Promise.all([clickhouse.program.kill(), qdrant.away()]);
  const program = new CliProcess(
    ['start', '--data', folder, '--source', 'simulated', '--speed', 'max', '--seed', '7'],
    { ...storesOf(clickhouse, qdrant), FLYWHEEL_PORT: '0', FLYWHEEL_PARTITIONS: '2', ...environment },
  );
  try {
    const url = (await program.until(/page +(http\S+)/, 120_000))[1] ?? '';
    const operations = remoteOperations({ url, token: lockOwner(folder)?.token ?? '' });
    const compared = async (): Promise<Compared> => compare(await operations.status(), clickhouse, qdrant);
    await work({ clickhouse, qdrant, program, operations, down: () => downAt(url), compared });
  } finally {
    program.kill('SIGKILL');
    await program.ended;
    await Promise.all([clickhouse.program.kill(), qdrant.away()]);
    rmSync(home, { recursive: true, force: true });
  }
}

/** Servers of which a program says that they do not answer. */
export async function downAt(url: string): Promise<{ readonly status: number; readonly names: readonly string[] }> {
  const answer = await fetch(`${url}/ready`);
  const { down } = readyShape.parse(await answer.json());
  return { status: answer.status, names: down.flatMap((line) => /^(\S+) does not answer/.exec(line)?.[1] ?? []) };
}

/** Rows and points on the servers beside the records of the log. */
export async function compare(
  { topics }: Status,
  { url, username, password }: ClickHouseServer,
  qdrant: QdrantServer,
): Promise<Compared> {
  const analytics = openClickHouseServer({ url, username, password, database });
  try {
    const logged: Record<string, number> = {};
    const archived: Record<string, number> = {};
    for (const { name, of } of tablesOf(topology)) {
      const { records = 0, copies = 1 } = topics.find(({ topic }) => topic === of.name) ?? {};
      logged[of.name] = records / copies;
      const { rows } = await analytics.query(`SELECT count() FROM \`${name}\``);
      archived[of.name] = countShape.parse(rows)[0][0];
    }
    const { rows } = await analytics.query(
      'SELECT account_id, ad_id, max(version) FROM memory_index_requested GROUP BY account_id, ad_id',
    );
    const wishes = rows.map((row) => wishShape.parse(row));
    const { model, dimensions } = hashedEmbeddings;
    const vectors = qdrantVectors({ url: qdrant.url, key: qdrant_key, collection, model, dimensions });
    const absent = await vectors.absent(
      wishes.map(([account_id, ad_id, version]) => ({ account_id, ad_id, version: storeVersion(0, version) })),
    );
    const points = qdrant.collection(`${collection}_${model}_${dimensions}`)?.count({}) ?? 0;
    return { logged, archived, winners: wishes.length, points, absent: absent.length };
  } finally {
    await analytics.close();
  }
}
