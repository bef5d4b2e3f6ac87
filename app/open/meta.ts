/** Meta as the configuration has it: its tenants, its limits, and the source that reads it. */
import { setTimeout as wait } from 'node:timers/promises';
import { connectRedis } from '../../engine/kafka/redis/redis.ts';
import type { Runtime } from '../../engine/runtime.ts';
import { MetaClient } from '../../ports/ad-platform/meta/client.ts';
import { defaultConversions, type ConversionPolicy } from '../../ports/ad-platform/meta/conversions.ts';
import { Gate, type MetaClock } from '../../ports/ad-platform/meta/gate.ts';
import { MetaAdPlatform } from '../../ports/ad-platform/meta/meta.ts';
import { usualPull } from '../../ports/ad-platform/meta/reports.ts';
import { versionStanding, VersionWarnings } from '../../ports/ad-platform/meta/version.ts';
import { MemoryCallBudget } from '../../ports/call-budget/memory.ts';
import type { CallBudget, CallBudgetOptions } from '../../ports/call-budget/port.ts';
import { RedisCallBudget } from '../../ports/call-budget/redis/redis.ts';
import type { RunningSource } from '../assemble.ts';
import { ConfigError } from '../config/config-error.ts';
import { appSecret, tenantSettings } from '../config/meta.ts';
import { redisSettings } from '../config/servers.ts';
import type { Config } from '../config/settings.ts';
import type { Logger } from '../observe/logger.ts';
import { openMetaSource } from '../sources/meta/meta.ts';
import { openTicker } from '../sources/ticker.ts';

/** Points that Meta takes of an account within the span (rate limiting: a read is 1, a write 3). */
const score = { limited: 60, full: 9_000 } as const;
const score_span_ms = 300_000;
/** A bucket of this share that refills within the span never gives more than twice of it in any such span. */
const bucket_share = 0.4;
/** Share of the bucket that what is read in turn leaves to changes of budgets: one is 17 points, read back included. */
const kept_share = 0.75;

const limits = { deadline_ms: 60_000, attempts: 5, first_retry_ms: 1_000, patience_ms: 60 * 60_000 };
const minute_ms = 60_000;
/** A day of five hundred ads by the hour: some seconds of reading. */
const rows_a_step = 12_000;

export interface OpenMetaOptions {
  readonly config: Config;
  readonly now_ms: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface OpenMeta {
  readonly platform: MetaAdPlatform;
  /** What answers said of the version so far. */
  readonly warnings: VersionWarnings;
  close(): void;
}

/** An aborted wait is over. */
const realSleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);

/**
 * The platform; nobody is asked yet.
 * @throws ConfigError where a token cannot be read, or the version has expired
 */
export function openMeta({ config, now_ms, sleep = realSleep }: OpenMetaOptions): OpenMeta {
  const { standing, said } = versionStanding(config.meta_api_version, now_ms());
  if (standing === 'expired') throw new ConfigError('meta_api_version', said, 'use a version that Meta still answers');
  const clock: MetaClock = { now_ms, sleep };
  const points = Math.floor(score[config.meta_access] * bucket_share);
  const { budget, close } = callBudget(config, points, now_ms);
  const gate = new Gate(budget, clock);
  const warnings = new VersionWarnings();
  const app_secret = appSecret(config);
  const { meta_base_url: base_url, meta_api_version: version } = config;
  const tenants = tenantSettings(config).map(({ name, token, accounts }) => ({
    name,
    accounts,
    client: new MetaClient({
      ...limits,
      keep: Math.floor(points * kept_share),
      base_url,
      version,
      token,
      app_secret,
      gate,
      clock,
      warnings,
      random: Math.random,
    }),
  }));
  return {
    platform: new MetaAdPlatform({ tenants, conversions: conversions(config), pull: usualPull, now_ms }),
    warnings,
    close,
  };
}

function conversions({ meta_conversion_actions, meta_attribution_windows: windows }: Config): ConversionPolicy {
  const { action_types } = defaultConversions;
  return { action_types: { ...action_types, ...meta_conversion_actions }, windows };
}

/** Several instances share what an account may be asked where they share a Redis. */
function callBudget(
  config: Config,
  points: number,
  now_ms: () => number,
): { readonly budget: CallBudget; close(): void } {
  const options: CallBudgetOptions = { points, period_ms: score_span_ms };
  if (config.engine !== 'kafka') return { budget: new MemoryCallBudget(options, now_ms), close: () => undefined };
  const { url, ...secrets } = redisSettings(config);
  let redis: ReturnType<typeof connectRedis> | undefined;
  // An instance that stands by asks nobody, and so needs no connection.
  const connected = async (): Promise<CallBudget> => {
    if (redis === undefined) {
      redis = connectRedis(url, undefined, secrets);
      redis.on('error', () => undefined);
      await redis.connect().catch(() => undefined);
    }
    return new RedisCallBudget(redis, config.namespace, options);
  };
  const budget: CallBudget = {
    take: async (account_id, points, keep) => (await connected()).take(account_id, points, keep),
    pause: async (account_id, for_ms) => (await connected()).pause(account_id, for_ms),
  };
  return { budget, close: () => redis?.disconnect() };
}

export interface MetaSourceParts extends OpenMetaOptions {
  readonly engine: Pick<Runtime, 'publish' | 'log' | 'decoded'>;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
}

/** The source that reads it. @throws ConfigError */
export async function metaSource(parts: MetaSourceParts): Promise<RunningSource> {
  const { config, engine, logger, now_ms, sleep = realSleep } = parts;
  const { platform, warnings, close } = openMeta(parts);
  const source = await openMetaSource({
    engine,
    platform,
    asked: platform,
    warnings,
    logger,
    now_ms,
    sleep,
    poll_ms: config.meta_poll_minutes * minute_ms,
    stale_ms: config.meta_stale_minutes * minute_ms,
    backfill_days: config.meta_backfill_days,
    rows_a_step,
    ticker: await openTicker({ engine, now_ms }),
  });
  return closing(source, close);
}

/** A source that closes what was opened for it. */
const closing = (source: RunningSource, close: () => void): RunningSource => ({
  ...(source.platform !== undefined && { platform: source.platform }),
  asked_by_all: source.asked_by_all ?? false,
  notice: (account_id) => source.notice?.(account_id),
  ...(source.reported !== undefined && { reported: source.reported.bind(source) }),
  status: () => source.status(),
  setSpeed: (speed) => source.setSpeed(speed),
  trueRate: (ad_id) => source.trueRate(ad_id),
  play: () => source.play(),
  stop: async () => {
    await source.stop();
    close();
  },
});
