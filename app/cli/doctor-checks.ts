/** The checks of `flywheel doctor`, one function each. */
import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestExisting } from '../config/data-folder.ts';
import type { Config } from '../config/settings.ts';
import type { EmbeddingProvider } from '../../ports/embeddings/port.ts';
import { lockOwner } from '../../engine/embedded/lock.ts';
import { Store } from '../../engine/embedded/store.ts';
import { bytes } from '../operations/format/numbers.ts';
import { failureOf } from './failure.ts';
import { assertPortFree } from './ports.ts';
import { hasStore } from './session.ts';

export interface Finding {
  readonly name: string;
  readonly level: 'fine' | 'mind' | 'wrong';
  readonly said: string;
  readonly remedy: string | null;
}

const fine = (name: string, said: string): Finding => ({ name, level: 'fine', said, remedy: null });
const mind = (name: string, said: string, remedy: string): Finding => ({ name, level: 'mind', said, remedy });
const wrong = (name: string, said: string, remedy: string): Finding => ({ name, level: 'wrong', said, remedy });

const least_disk_bytes = 1024 ** 3;
const least_memory_bytes = 512 * 1024 ** 2;
const least_node = [20, 19] as const;

/** Where `npm install` puts the built page. */
const page = fileURLToPath(new URL('../dashboard/dist/index.html', import.meta.url));

export async function checkAll(
  config: Config,
  embeddings: () => Promise<EmbeddingProvider>,
): Promise<readonly Finding[]> {
  return [
    checkNode(process.versions.node),
    checkMemory(freemem(), totalmem()),
    await checkDisk(config.data_folder),
    ...checkFolder(config),
    await checkPort(config),
    config.clickhouse_url === null ? await checkAnalytics() : null,
    checkPage(page),
    checkReplay(config),
    await checkEmbeddings(config, embeddings),
  ].filter((finding) => finding !== null);
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least_major, least_minor] = least_node;
  if (major > least_major || (major === least_major && minor >= least_minor)) return fine('node', version);
  return wrong('node', `${version} is too old`, `install Node ${least_node.join('.')} or later`);
}

export function checkMemory(free_bytes: number, total_bytes: number): Finding {
  const said = `${bytes(free_bytes)} of ${bytes(total_bytes)} free`;
  return free_bytes >= least_memory_bytes
    ? fine('memory', said)
    : mind('memory', said, `the analytics store alone takes about 300 MiB; close something`);
}

async function checkDisk(data_folder: string): Promise<Finding> {
  const place = nearestExisting(data_folder);
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const said = `${bytes(free)} free under ${place}`;
  return free >= least_disk_bytes
    ? fine('disk', said)
    : mind('disk', said, 'free some space, or name another folder with --data');
}

function checkFolder({ data_folder, partitions }: Config): readonly Finding[] {
  const owner = lockOwner(data_folder);
  if (owner !== undefined) {
    const where = owner.url ?? 'no page yet';
    return [fine('folder', `${data_folder} is in use by process ${owner.pid} (${where}); commands go through it`)];
  }
  const there = nearestExisting(data_folder);
  if (!statSync(there).isDirectory())
    return [wrong('folder', `${there} is a file`, 'name a folder that can be written with --data')];
  if (!hasStore(data_folder)) return [fine('folder', `${data_folder} holds no store yet; the first start makes one`)];
  return [
    fine('folder', `${data_folder}, ${bytes(statSync(storeFile(data_folder)).size)}, in use by nobody`),
    checkStore(data_folder, partitions),
  ];
}

const storeFile = (data_folder: string): string => {
  const inner = join(data_folder, 'engine', 'store.mdb');
  return existsSync(inner) ? inner : join(data_folder, 'engine');
};

function checkStore(data_folder: string, partitions: number): Finding {
  try {
    const store = Store.open(join(data_folder, 'engine'), partitions);
    const format = store.meta.get('format') ?? '?';
    void store.close();
    return fine('store', `format ${format}, ${partitions} partitions`);
  } catch (error) {
    const { what, remedy } = failureOf(error);
    return wrong('store', what, remedy ?? 'restore a copy of the folder, or reset it');
  }
}

async function checkPort({ host, port, data_folder }: Config): Promise<Finding> {
  try {
    await assertPortFree(host, port);
    return fine('port', port === 0 ? 'any free one' : `${port} is free`);
  } catch (error) {
    const { what, remedy } = failureOf(error);
    const owner = lockOwner(data_folder);
    if (owner?.url !== undefined && owner.url !== null && new URL(owner.url).port === String(port))
      return fine('port', `${port} serves this folder's page`);
    return wrong('port', what, remedy ?? 'choose another with --port');
  }
}

async function checkAnalytics(): Promise<Finding> {
  try {
    await import('chdb');
    return fine('analytics', 'ClickHouse in process (chDB) loads');
  } catch (error) {
    return wrong(
      'analytics',
      `chDB does not load: ${error instanceof Error ? error.message : String(error)}`,
      'run npm install on this machine; chDB comes as a prebuilt package for Linux and macOS',
    );
  }
}

export function checkPage(file: string): Finding {
  return existsSync(file) ? fine('page', 'built') : wrong('page', `${file} is missing`, 'run npm run prepare');
}

function checkReplay({ replay_file }: Config): Finding | null {
  if (replay_file === null) return null;
  return existsSync(replay_file)
    ? fine('replay', replay_file)
    : wrong('replay', `there is no file ${replay_file}`, 'check the path of --replay');
}

/** A server of embeddings is asked for one vector. */
export async function checkEmbeddings(
  { embeddings_provider }: Pick<Config, 'embeddings_provider'>,
  open: () => Promise<EmbeddingProvider>,
): Promise<Finding> {
  const name = 'embeddings';
  try {
    const { model, dimensions, embed } = await open();
    if (embeddings_provider === 'hashed') return fine(name, `${model} in this process, ${dimensions} dimensions`);
    const began = performance.now();
    await embed([{ text: 'A question of flywheel doctor', traits: [] }], new AbortController().signal);
    return fine(name, `${model} answers with ${dimensions} dimensions in ${Math.round(performance.now() - began)} ms`);
  } catch (error) {
    const { what, remedy } = failureOf(error);
    return wrong(
      name,
      what,
      remedy ?? 'repair the settings embeddings_..., or leave them out to embed without a server',
    );
  }
}
