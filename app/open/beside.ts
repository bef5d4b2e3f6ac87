/** The servers beside the engine, as they answer now: without them effects wait, and the loops go on. */
import type { EmbeddingProvider } from '../../ports/embeddings/port.ts';
import { clickHouseVersion } from '../../ports/analytics/clickhouse/examine.ts';
import { RegistryClient } from '../../ports/registry/client.ts';
import { registrySettings } from '../config/servers.ts';
import type { Config } from '../config/settings.ts';
import type { RunningEngine, ServerStanding } from '../running-engine.ts';
import { analyticsServer, vectorServer } from './stores.ts';

/** How long a server may take, and how long its answer holds for all who ask, milliseconds. */
const within_ms = 2_000;
const holds_ms = 2_000;

type Ask = () => Promise<string>;

/** Whom the configuration names beside the engine's own servers, and how each is asked. */
function beside(config: Config, provider: EmbeddingProvider): ReadonlyMap<string, Ask> {
  const asks = new Map<string, Ask>();
  const registry = config.engine === 'kafka' ? registrySettings(config) : null;
  if (registry !== null) {
    const client = new RegistryClient({ ...registry, within_ms });
    asks.set('registry', async () => `${(await client.subjects()).length} subjects at ${new URL(registry.url).host}`);
  }
  const analytics = analyticsServer(config);
  if (analytics !== null)
    asks.set('ClickHouse', async () => {
      const version = await clickHouseVersion(analytics, within_ms);
      return `${version} at ${new URL(analytics.url).host}`;
    });
  const vectors = vectorServer(config, provider);
  if (vectors !== null)
    asks.set('Qdrant', async () => {
      const { examineQdrant } = await import('../../ports/vectors/qdrant/examine.ts');
      const { version } = await examineQdrant(vectors, within_ms);
      return `${version} at ${new URL(vectors.url).host}`;
    });
  return asks;
}

async function standing(name: string, ask: Ask): Promise<ServerStanding> {
  try {
    return { name, ok: true, said: await ask(), needed: false };
  } catch (error) {
    return { name, ok: false, said: error instanceof Error ? error.message : String(error), needed: false };
  }
}

/** Each server beside the engine, asked now. @throws ConfigError where a secret cannot be read. */
export function besides(config: Config, provider: EmbeddingProvider): () => Promise<readonly ServerStanding[]> {
  const asks = [...beside(config, provider)];
  return () => Promise.all(asks.map(([name, ask]) => standing(name, ask)));
}

/** What was answered a moment ago, or is being asked, is not asked again: those who look may be many. */
export function held<T>(ask: () => Promise<T>, now_ms: () => number, for_ms = holds_ms): () => Promise<T> {
  let last: { readonly answer: Promise<T>; until_ms: number } | undefined;
  return () => {
    if (last !== undefined && now_ms() < last.until_ms) return last.answer;
    const asked = { answer: ask(), until_ms: Number.POSITIVE_INFINITY };
    last = asked;
    // What failed is asked anew by the next.
    asked.answer.then(
      () => (asked.until_ms = now_ms() + for_ms),
      () => (asked.until_ms = Number.NEGATIVE_INFINITY),
    );
    return asked.answer;
  };
}

/** The engine, which tells of the servers beside it too. */
export function withBeside(running: RunningEngine, config: Config, provider: EmbeddingProvider): RunningEngine {
  const others = besides(config, provider);
  const servers = async (): Promise<readonly ServerStanding[]> =>
    (await Promise.all([running.servers(), others()])).flat();
  return { ...running, servers: held(servers, () => performance.now()) };
}
