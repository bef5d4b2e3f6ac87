/** The bench's job in Kafka Streams (proofs/bench/peers), built by Maven where its sources are new. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assignedIds } from '../../../schemas/ids.ts';
import { winnerWithdrawn } from '../../../schemas/index.ts';
import { cache_folder, needs } from '../../../testing/services/tools.ts';
import type { Command } from './program.ts';
import { inputOf, outputOf, type Setting } from './setting.ts';

const run = promisify(execFile);
const sources = fileURLToPath(new URL('../peers', import.meta.url));

export type Guarantee = 'exactly_once_v2' | 'at_least_once';

/** Guarantees by the names under which they are measured. */
const guarantees = {
  'kafka-streams-exactly-once': 'exactly_once_v2',
  'kafka-streams-at-least-once': 'at_least_once',
} as const satisfies Readonly<Record<string, Guarantee>>;
export type Peer = keyof typeof guarantees;

export const peers: readonly Peer[] = ['kafka-streams-exactly-once', 'kafka-streams-at-least-once'];

/** Folder of the built program and its jars. */
export async function builtPeers(): Promise<string> {
  const files = readdirSync(sources, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  const folder = join(cache_folder, `bench-peers-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  await needs('mvn', ['-v']);
  await needs('javac', ['-version']);
  mkdirSync(cache_folder, { recursive: true });
  const half = `${folder}.${process.pid}`;
  await run('mvn', ['-q', '-B', '-f', join(sources, 'pom.xml'), 'package', `-Dpeers.build=${half}`]);
  if (!existsSync(folder)) renameSync(half, folder);
  return folder;
}

export interface StreamsTask {
  readonly built: string;
  readonly setting: Setting;
  readonly peer: Peer;
  readonly application: string;
  /** Where it keeps its state. */
  readonly folder: string;
  /** As our own processors of these names do. */
  readonly processor: 'totals' | 'answer';
}

/** Threads of Kafka Streams: as many as this bench has cores. */
export const streams_threads = 2;

export function streamsCommand({ built, setting, peer, application, folder, processor }: StreamsTask): Command {
  const guarantee = guarantees[peer];
  const id = assignedIds[winnerWithdrawn.name]?.[winnerWithdrawn.version] ?? 0;
  const jars = [join(built, 'lib', '*'), join(built, 'streams-totals-1.jar')].join(':');
  const topics = [inputOf(setting), outputOf(setting), String(id)];
  return {
    name: `Kafka Streams (${guarantee})`,
    command: 'java',
    args: [
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      ...['-cp', jars, 'flywheel.peers.StreamsTotals', setting.brokers.join(',')],
      ...[...topics, application, guarantee, String(streams_threads), folder, processor],
    ],
  };
}
