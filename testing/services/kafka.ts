/** A real Kafka broker (KRaft, one node) on free ports of this machine, in a temporary folder. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { security, type SecuredListeners, type Security } from './kafka-security.ts';
import { onFreePorts, Program } from './program.ts';
import { cache_folder, freePort, light_java, needs } from './tools.ts';

const run = promisify(execFile);

export interface KafkaServer {
  readonly brokers: readonly string[];
  readonly program: Program;
  /** Where it was asked for them. */
  readonly secured?: SecuredListeners;
}

export interface KafkaSettings {
  /** Compiled less well and sooner: for brokers that do little, and start often. */
  readonly light?: boolean;
  /** Also listens where one has to log in, or to speak TLS. */
  readonly secured?: boolean;
  /** Of the broker, beside those that a single node needs. */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  /**
   * A second way in: it listens on `port` and gives `advertised_port` as its address, so that clients that come by it
   * come by what listens there.
   */
  readonly detour?: { readonly port: number; readonly advertised_port: number };
}

export const version = '4.2.0';

let copying: Promise<string> | undefined;

/** The broker's jars, copied by Maven the first time; whoever asks meanwhile waits for them. */
const jars = (): Promise<string> => (copying ??= copied().finally(() => (copying = undefined)));

async function copied(): Promise<string> {
  const folder = join(cache_folder, `kafka-${version}`);
  if (existsSync(folder)) return folder;
  await needs('mvn', ['-v']);
  mkdirSync(cache_folder, { recursive: true });
  const half = `${folder}.${process.pid}`;
  const pom = new URL('./kafka/pom.xml', import.meta.url).pathname;
  await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${half}`]);
  // Another process may have been faster.
  if (!existsSync(folder)) renameSync(half, folder);
  return folder;
}

interface Ports {
  readonly broker: number;
  readonly controller: number;
}

function properties(
  folder: string,
  { broker, controller }: Ports,
  settings: KafkaSettings,
  secured?: Security,
): string {
  const { properties: own = {}, detour } = settings;
  const { ports = [], properties: more = {} } = secured ?? {};
  const also = (of: (listener: Security['ports'][number]) => string): string =>
    ports.map((listener) => `,${of(listener)}`).join('');
  const [detourAt, detourAs] =
    detour === undefined
      ? ['', '']
      : [`,DETOUR://127.0.0.1:${detour.port}`, `,DETOUR://127.0.0.1:${detour.advertised_port}`];
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}${detourAt}${also(([name, port]) => `${name}://127.0.0.1:${port}`)}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker}${detourAs}${also(([name, port]) => `${name}://localhost:${port}`)}`,
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,DETOUR:PLAINTEXT,CONTROLLER:PLAINTEXT${also(([name, , protocol]) => `${name}:${protocol}`)}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(folder, 'log'),
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'auto.create.topics.enable': false,
    // Tests live in years gone by: what is older than a topic keeps would be deleted under them half a minute after the start.
    'log.initial.task.delay.ms': day_ms,
    'log.retention.check.interval.ms': day_ms,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    ...more,
    ...own,
  })
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}

const day_ms = 86_400_000;

/** Formats its storage in `folder` and starts it; resolves when it answers. */
export async function startKafka(folder: string, settings: KafkaSettings = {}): Promise<KafkaServer> {
  await needs('java', ['-version']);
  const lib = await jars();
  return onFreePorts((attempt) => started(attempt === 1 ? folder : `${folder}-${attempt}`, lib, settings));
}

async function started(folder: string, lib: string, settings: KafkaSettings): Promise<KafkaServer> {
  const [broker, controller] = [await freePort(), await freePort()];
  const config = join(folder, 'server.properties');
  mkdirSync(folder, { recursive: true });
  const secured = settings.secured === true ? await security(folder) : undefined;
  writeFileSync(config, properties(folder, { broker, controller }, settings, secured));
  const id = randomBytes(16).toString('base64url');
  const classes = ['-cp', join(lib, '*'), '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const java = settings.light === true ? [...light_java, ...classes] : classes;
  const format = [`--cluster-id=${id}`, '-c', config, ...(secured?.format ?? [])];
  await run('java', [...light_java, ...classes, 'kafka.tools.StorageTool', 'format', ...format]);
  const brokers = [`127.0.0.1:${broker}`];
  const client = new Kafka({ clientId: 'probe', brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const program = new Program({
    name: 'Kafka',
    command: 'java',
    args: ['-Xmx768m', ...java, 'kafka.Kafka', config],
    cwd: folder,
    log_file: join(folder, 'kafka.log'),
    isReady: async () => {
      const admin = client.admin();
      try {
        await admin.connect();
        // Of another broker on this port the client would know no better.
        if ((await admin.describeCluster()).clusterId !== id) throw new Error('another broker has its port');
      } finally {
        await admin.disconnect();
      }
    },
    ready_within_ms: 90_000,
  });
  await program.start();
  return { brokers, program, ...(secured && { secured: secured.listeners }) };
}
