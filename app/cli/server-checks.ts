/** The checks of `flywheel doctor` on servers: reachable, of which version, and set as they must be. */
import { waysToForget, type RedisStanding } from '../../engine/kafka/redis/check.ts';
import { examineKafka, examineRedis, type KafkaReport } from '../../engine/kafka/checks/examine.ts';
import type { EngineOptions } from '../../engine/options.ts';
import type { LogRecord } from '../../engine/ports.ts';
import { tickHourly } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { brokerSettings, redisSettings } from '../config/servers.ts';
import type { Config } from '../config/settings.ts';
import { registryOf } from '../open/registry.ts';
import { bytes, count } from '../operations/format/numbers.ts';
import type { Finding } from './doctor-checks.ts';
import { failureOf } from './failure.ts';
import { z } from 'zod';

export const fine = (name: string, said: string): Finding => ({ name, level: 'fine', said, remedy: null });
export const mind = (name: string, said: string, remedy: string): Finding => ({ name, level: 'mind', said, remedy });
export const wrong = (name: string, said: string, remedy: string): Finding => ({ name, level: 'wrong', said, remedy });

const tickShape = z.object({ hour_ms: z.number() });

/** Clocks may differ by so much: hours are told by one machine and decided on by another. */
const most_apart_ms = 2_000;

/** @param apart_ms Redis's clock minus ours */
const clockFinding = (apart_ms: number): Finding =>
  Math.abs(apart_ms) <= most_apart_ms
    ? fine('clock', `within ${most_apart_ms} ms of Redis's`)
    : wrong('clock', `${count(Math.abs(apart_ms))} ms from Redis's`, 'keep the clocks of all machines by NTP');

/**
 * Brokers tell their time with records only. One that is ahead stamps after this clock; one that is behind stamps the tick
 * of an hour before the hour has ended, where an instance has just told it.
 */
function stampsFinding(ahead: boolean, early_ms: number | null): Finding {
  const remedy = 'keep the clocks of all machines by NTP';
  if (ahead) return wrong('stamps', `brokers stamp records more than ${most_apart_ms} ms after this clock`, remedy);
  if (early_ms !== null && early_ms > most_apart_ms)
    return wrong('stamps', `brokers stamped the last tick ${count(early_ms)} ms before its hour had ended`, remedy);
  const last = early_ms === null ? 'there is no tick yet' : 'the last tick not before its hour had ended';
  return fine('stamps', `no record is stamped more than ${most_apart_ms} ms after this clock; ${last}`);
}

const unreachable = (name: string, error: unknown): Finding => {
  const { what, remedy } = failureOf(error);
  return wrong(name, what, remedy ?? 'see that it runs and can be reached from here');
};

export function kafkaFindings(report: KafkaReport, replication: number): readonly Finding[] {
  const { brokers, topics_missing, topics_wrong, may_create, stamps_ahead, tick_early_ms } = report;
  const findings = [fine('kafka', `${count(brokers)} ${brokers === 1 ? 'broker' : 'brokers'}`)];
  if (topics_wrong.length > 0)
    findings.push(wrong('topics', topics_wrong.slice(0, 3).join('; '), 'see: flywheel provision --plan'));
  else if (topics_missing > 0 && !may_create)
    findings.push(
      wrong('topics', `${count(topics_missing)} are missing, and this process may not make them`, 'have them made'),
    );
  else if (topics_missing > 0)
    findings.push(mind('topics', `${count(topics_missing)} are missing`, 'a start makes them; or provision --apply'));
  else findings.push(fine('topics', 'all there, as wanted'));
  if (stamps_ahead !== null) findings.push(stampsFinding(stamps_ahead, tick_early_ms));
  if (brokers >= 3 && replication < 3)
    findings.push(
      mind('copies', `topics have ${replication} of each partition`, 'set kafka_replication to 3 before they are made'),
    );
  return findings;
}

export function redisFindings(standing: RedisStanding, may_forget: boolean): readonly Finding[] {
  const { version, used_bytes, maxmemory_bytes, appendfsync, maxmemory_policy, appendonly } = standing;
  const most = maxmemory_bytes === 0 ? 'no limit' : bytes(maxmemory_bytes);
  const findings = [fine('redis', `${version}, ${bytes(used_bytes)} used of ${most}`)];
  const ways = waysToForget(standing);
  const remedy = 'set maxmemory-policy noeviction and appendonly yes';
  if (ways.length > 0)
    findings.push(may_forget ? mind('keeps', ways.join('; '), remedy) : wrong('keeps', ways.join('; '), remedy));
  else if (maxmemory_policy === null || appendonly === null)
    findings.push(
      mind('keeps', 'it does not tell whether it evicts or forgets', `see with whoever runs it: ${remedy}`),
    );
  else if (appendfsync !== 'always')
    findings.push(
      mind(
        'keeps',
        `appendfsync ${appendfsync ?? 'unknown'}: a crash may lose its last seconds, which are redone`,
        'appendfsync always costs little here',
      ),
    );
  else findings.push(fine('keeps', 'it evicts nothing and writes each commit to disk'));
  return findings;
}

/** The servers of the engine on Kafka, each asked by itself: one that is away hides no other. */
export async function checkServers(
  config: Config,
  options: Pick<EngineOptions, 'topology' | 'deadLetters' | 'policy' | 'partitions' | 'codec'>,
): Promise<readonly Finding[]> {
  const endOfHour = ({ topic, value, appended_ms }: LogRecord): number | undefined => {
    const decoded = options.codec.decode(topic, value, appended_ms);
    const tick = tickShape.safeParse(decoded.ok ? decoded.value : undefined);
    return tick.success ? tick.data.hour_ms + hour_ms : undefined;
  };
  const kafka = { ...brokerSettings(config), client_id: 'flywheel-doctor' };
  const { url, ...secrets } = redisSettings(config);
  const registry = registryOf(config);
  const asked = [
    found('kafka', async () =>
      kafkaFindings(
        await examineKafka(kafka, options, { tick_topic: tickHourly.name, endOfHour, most_apart_ms }),
        config.kafka_replication,
      ),
    ),
    found('redis', async () => {
      const { standing, apart_ms } = await examineRedis(url, secrets);
      return [...redisFindings(standing, config.redis_may_forget), clockFinding(apart_ms)];
    }),
    found('registry', async () => {
      if (registry === null) return [];
      return [fine('registry', `${count((await registry.subjects()).length)} subjects`)];
    }),
  ];
  return (await Promise.all(asked)).flat();
}

export async function found(name: string, ask: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await ask();
  } catch (error) {
    return [unreachable(name, error)];
  }
}
