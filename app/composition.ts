/**
 * The composition root: configuration → ports → engine → processors → app. Nothing is constructed anywhere else. It loads
 * nearly all there is, which takes seconds: commands that need it load it when they do.
 */
import { assemble, type RunningSource } from './assemble.ts';
import type { RunningEngine } from './running-engine.ts';
import { makeDataFolder } from './config/data-folder.ts';
import { httpEmbeddingSettings } from './config/embeddings.ts';
import type { Config } from './config/settings.ts';
import { declarePolicy } from './declare-policy.ts';
import { engineOptions } from './engine-options.ts';
import { experimentSource } from './experiment-source.ts';
import { MemoryFill } from './fill-memory.ts';
import type { Flywheel, OpenOptions } from './flywheel.ts';
import { serve } from './gateway/gateway.ts';
import { moneyStopped } from './money-stopped.ts';
import { openLogger, type Logger } from './observe/logger.ts';
import { Measures } from './observe/measures.ts';
import { sqlReader } from './operations/tables/sql-reader.ts';
import { openAccess } from './open/access.ts';
import { withBeside } from './open/beside.ts';
import { noiseKeyOf, oneByOne, openEngine, sourceOf } from './open/engine.ts';
import { openChannels } from './open/notify.ts';
import type { ProvisionItem } from './open/provision.ts';
import { registryIds } from './open/registry.ts';
import { makeTables, openAnalytics, openVectors } from './open/stores.ts';
import { SourceClock } from './sources/source-clock.ts';
import { version } from './version.ts';
import type { RecordedHistory } from '../engine/backtest/recorded.ts';
import { openHistory } from '../engine/embedded/history.ts';
import type { RowSink } from '../engine/ports.ts';
import type { ClickHouseAnalytics } from '../ports/analytics/clickhouse/clickhouse.ts';
import { xgboostTrainer } from '../ports/trainer/xgboost/xgboost.ts';
import { sqlTrainingData } from '../ports/training-data/sql/sql.ts';
import { hashedEmbeddings } from '../ports/embeddings/hashed/hashed.ts';
import { httpEmbeddings } from '../ports/embeddings/http/http.ts';
import { usual_limits } from '../ports/embeddings/http/settings.ts';
import type { NotifyChannels } from '../ports/notify/port.ts';
import type { EmbeddingProvider } from '../ports/embeddings/port.ts';
import { topology, topologyOf, type Outside } from '../processors/index.ts';
import { provisionPlan } from '../topology/provision.ts';

const now_ms = (): number => Date.now();

/** What groups that ask turn to, as far as it is open. */
interface Opened {
  source?: RunningSource;
  engine?: RunningEngine;
}

/** Whom the groups that ask turn to: named before the engine is opened, there once it runs. */
const outsideOf = (
  opened: Opened,
  memory: Outside['memory'],
  analytics: () => Promise<ClickHouseAnalytics>,
  channels: NotifyChannels,
): Outside => ({
  memory,
  notify: { channels: () => channels },
  actuals: { platform: () => opened.source?.platform ?? null },
  budgets: {
    platform: () => opened.source?.platform ?? null,
    stopped: async (account_id) =>
      opened.engine === undefined ? 'the engine is starting' : moneyStopped(opened.engine.engine, account_id),
  },
  training: {
    trainer: xgboostTrainer(),
    data: sqlTrainingData({ query: async (sql) => (await analytics()).query(sql) }),
  },
});

export function embeddings(config: Config): EmbeddingProvider {
  const settings = httpEmbeddingSettings(config);
  return settings === null ? hashedEmbeddings : httpEmbeddings({ ...settings, limits: usual_limits });
}

const memoryOf = async (config: Config, provider: EmbeddingProvider, logger: Logger): Promise<MemoryFill> =>
  new MemoryFill({ embeddings: provider, vectors: await openVectors(config, provider) }, logger);

export async function open(config: Config, { source: working }: OpenOptions): Promise<Flywheel> {
  const folder = config.data_folder;
  makeDataFolder(folder);
  const logger = openLogger({ data_folder: folder, level: config.log_level });
  const [clock, measures] = [new SourceClock(), new Measures()];
  const asked: Opened = {};
  const provider = embeddings(config);
  const memory = await memoryOf(config, provider, logger);
  const outside = outsideOf(asked, memory.outside, () => opening, await openChannels(config));
  const ids = await registryIds(config, topology);
  const options = engineOptions(config, topologyOf(outside, await noiseKeyOf(config)), version, ids);
  const rows: RowSink = { send: async (sent) => (await opening).send(sent) };
  const learning = ids && { learn: ids.learn.bind(ids) };
  const given = { ...options, config, clock, logger, rows, working, measures, ...learning };
  const running = withBeside(await openEngine(given), config, provider);
  asked.engine = running;
  // After the folder's lock: a second process is told who has the folder, not that its analytics are taken.
  const opening = openAnalytics(config);
  try {
    const analytics = await opening;
    const { tables } = provisionPlan(options.topology, config);
    const there = await makeTables(analytics, tables, { config, logger });
    const reader = sqlReader(analytics.client, now_ms);
    const opened = await sourceOf(given, running, now_ms);
    asked.source = opened;
    return await assemble({
      ...{ config, version, running, measures, logger, serve, now_ms },
      analytics: { reader, close: () => analytics.close() },
      source: opened,
      experiments: experimentSource(reader, there),
      memory: memory.outside,
      access: await openAccess(config),
      prepare: async (engine) => {
        await memory.begin(engine);
        await oneByOne(running, 'first policy', () => declarePolicy(engine, clock.now_ms(), opened.policy));
      },
      release: () => memory.stop(),
    });
  } catch (error) {
    await running.stop();
    throw error;
  }
}

export async function history(config: Config): Promise<RecordedHistory> {
  if (config.engine === 'embedded')
    return openHistory({ ...engineOptions(config, topology, version), folder: config.data_folder });
  const ids = await registryIds(config, topology);
  const learning = ids && { learn: ids.learn.bind(ids) };
  const { openHistoryOnKafka } = await import('./open/kafka.ts');
  return openHistoryOnKafka({ ...engineOptions(config, topology, version, ids), config, ...learning });
}

export async function provisioned(config: Config, apply: boolean): Promise<readonly ProvisionItem[]> {
  const { provision } = await import('./open/provision.ts');
  return provision(config, { ...engineOptions(config, topology, version), embeddings: embeddings(config) }, apply);
}

export { topology };
