/**
 * The whole program in this process, as it runs on one machine: embedded engine, analytics of chDB, every loop, page and
 * API. It has lived through some days of an account `act`, and there is another one of which nobody of `act` may learn.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { assemble, type Access } from '../app/assemble.ts';
import { defaultConfig } from '../app/config/settings.ts';
import { experimentSource } from '../app/experiment-source.ts';
import type { Flywheel } from '../app/flywheel.ts';
import { serve, type GatewayOptions } from '../app/gateway/gateway.ts';
import { stillSource } from '../app/operations/doubles.ts';
import { sqlReader } from '../app/operations/tables/sql-reader.ts';
import { openFolder } from '../app/open/embedded.ts';
import type { RunningEngine } from '../app/running-engine.ts';
import type { EmbeddedOptions } from '../engine/embedded/embedded.ts';
import type { SourceEvent } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import type { RowSink } from '../engine/ports.ts';
import type { AdPlatform, Insight } from '../ports/ad-platform/port.ts';
import { ClickHouseAnalytics } from '../ports/analytics/clickhouse/clickhouse.ts';
import { hashedEmbeddings } from '../ports/embeddings/hashed/hashed.ts';
import { xgboostTrainer } from '../ports/trainer/xgboost/xgboost.ts';
import { sqlTrainingData } from '../ports/training-data/sql/sql.ts';
import { topologyOf, type Outside } from '../processors/index.ts';
import { hour_ms } from '../schemas/values.ts';
import { provisionPlan } from '../topology/provision.ts';
import { agreed, created, history } from './history.ts';
import { testOptions } from './options.ts';
import { start_ms } from './snapshot.ts';
import { vectorStore } from './whole.ts';

export const token = 'a-token-for-this-test';

/** The account that `act` knows nothing of, and its one ad. */
export const rival = { account_id: 'act_rival', ad_id: 'rival-secret-ad', headline: 'A secret of the rival' } as const;

const rivalAd = (): SourceEvent => {
  const event = created(rival.ad_id, rival.headline, null);
  return { ...event, value: { ...event.value, account_id: rival.account_id } };
};

/** A platform that shows every ad 100 times an hour. */
const adHours: AdPlatform['adHours'] = (_account, ad_id, { from_ms, to_ms }) =>
  Promise.resolve(
    Array.from({ length: (to_ms - from_ms) / hour_ms }, (_, i): Insight => {
      const window_start_ms = from_ms + i * hour_ms;
      const window = { window_start_ms, window_end_ms: window_start_ms + hour_ms, as_of_ms: to_ms };
      const totals = { impressions: 100, clicks: 3, link_clicks: 2, spend_minor: 1, conversions: 0 };
      return { campaign_id: 'c', adset_id: 's', ad_id, ...window, ...totals, conversion_value_minor: 0 };
    }),
  );

/** Rounds of the history that are appended before the loops have handled them: about half a day. */
const rounds_at_once = 16;

export interface RunningProgram {
  readonly flywheel: Flywheel;
  readonly url: string;
  /** Lines of the log file. */
  readonly logged: readonly string[];
  /** Publishes, an hour later, and waits until all is handled. */
  publish(events: readonly SourceEvent[]): Promise<void>;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly days?: number;
  /** Groups that work here; all where left out. */
  readonly groups?: (group: string) => boolean;
  readonly gateway?: GatewayOptions;
  readonly access?: Access;
  /** A clock of its own; left out: it stands, and moves by an hour with what is published. */
  readonly now_ms?: () => number;
  /** Opens the engine that it runs on; the embedded one where left out. */
  readonly engine?: (
    options: EngineOptions & Pick<EmbeddedOptions, 'folder' | 'onFailure'>,
  ) => RunningEngine | Promise<RunningEngine>;
}

/** What the program is made of, in a folder; `now` is its clock. */
async function opened(folder: string, now: { ms: number }, logged: string[], options: ProgramOptions) {
  const { gateway, access, groups = () => true, engine: openEngine = openFolder } = options;
  const analytics = await ClickHouseAnalytics.open({ path: join(folder, 'analytics') });
  const rows: RowSink = { send: (sent) => analytics.send(sent) };
  const memory = { embeddings: hashedEmbeddings, vectors: vectorStore(), lacking: () => null, later: () => undefined };
  const outside: Outside = {
    memory,
    notify: { channels: () => ({}) },
    actuals: { platform: () => ({ adHours }) },
    budgets: { platform: () => null, stopped: () => Promise.resolve(null) },
    training: { trainer: xgboostTrainer(), data: sqlTrainingData({ query: (sql) => analytics.query(sql) }) },
  };
  const whole = topologyOf(outside, 'secret');
  const engine = testOptions(whole.processors.filter(({ wiring }) => groups(wiring.group)));
  const config = { ...defaultConfig, data_folder: folder, port: 0, source: 'none' as const };
  const clock = { now_ms: options.now_ms ?? (() => now.ms) };
  const onFailure = (error: unknown): void => void logged.push(String(error));
  const running = await openEngine({ ...engine, clock, rows, folder, onFailure });
  await analytics.provision(provisionPlan(whole, config).tables);
  const reader = sqlReader(analytics.client, () => Date.now());
  const status = (): ReturnType<typeof stillSource.status> => ({ ...stillSource.status(), clock_ms: clock.now_ms() });
  return assemble({
    config,
    version: '0',
    running,
    analytics: { reader, close: () => analytics.close() },
    source: { ...stillSource, status, play: () => Promise.resolve(), stop: () => Promise.resolve() },
    experiments: experimentSource(reader, true),
    memory,
    logger: pino({}, { write: (line) => void logged.push(line) }),
    serve: (what) =>
      serve({ ...what, token, ...(access && { access }) }, { page_folder: join(folder, 'page'), ...gateway }),
    now_ms: clock.now_ms,
  });
}

export async function runningProgram(options: ProgramOptions = {}): Promise<RunningProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-program-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  const now = { ms: start_ms };
  const logged: string[] = [];
  const flywheel = await opened(folder, now, logged, options);
  await flywheel.start();
  const append = async (events: readonly SourceEvent[]): Promise<void> => {
    now.ms += hour_ms;
    await flywheel.engine.publish({ source: 'test', position: String(now.ms), events });
  };
  for (const [i, round] of [[agreed, rivalAd()], ...history(options.days ?? 3)].entries()) {
    await append(round);
    if (i % rounds_at_once === 0) await flywheel.drain();
  }
  await flywheel.drain();
  const { url } = await flywheel.serve();
  return {
    flywheel,
    url,
    logged,
    publish: async (events) => {
      await append(events);
      await flywheel.drain();
    },
    stop: async () => {
      await flywheel.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
