/** A real schema registry with Confluent's API (Apicurio, in memory) on a free port of this machine. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onFreePorts, Program } from './program.ts';
import { cache_folder, freePort, light_java, needs } from './tools.ts';

const run = promisify(execFile);

export interface RegistryServer {
  readonly url: string;
  readonly program: Program;
}

export const version = '2.6.13.Final';
const artifact = `io.apicurio:apicurio-registry-app:${version}:tar.gz:all`;

let unpacking: Promise<string> | undefined;

/** The folder of the unpacked program, fetched by Maven the first time; whoever asks meanwhile waits for it. */
const unpacked = (): Promise<string> => (unpacking ??= unpack().finally(() => (unpacking = undefined)));

async function unpack(): Promise<string> {
  const folder = join(cache_folder, `apicurio-${version}`);
  if (existsSync(folder)) return folder;
  await needs('mvn', ['-v']);
  const half = `${folder}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  await run('mvn', ['-q', '-B', 'dependency:get', `-Dartifact=${artifact}`, '-Dtransitive=false']);
  await run('mvn', ['-q', '-B', 'dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${half}`]);
  await run('tar', ['-xzf', `apicurio-registry-app-${version}-all.tar.gz`], { cwd: half });
  if (!existsSync(folder)) renameSync(half, folder);
  return folder;
}

export async function startRegistry(folder: string): Promise<RegistryServer> {
  await needs('java', ['-version']);
  const home = await unpacked();
  mkdirSync(folder, { recursive: true });
  return onFreePorts(() => started(folder, home));
}

async function started(folder: string, home: string): Promise<RegistryServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const program = new Program({
    name: 'the schema registry',
    command: 'java',
    args: [
      '-Xmx384m',
      ...light_java,
      `-Dquarkus.http.port=${port}`,
      '-Dquarkus.http.host=127.0.0.1',
      '-jar',
      join(home, `apicurio-registry-app-${version}-runner.jar`),
    ],
    cwd: folder,
    log_file: join(folder, 'registry.log'),
    isReady: async () => {
      const answer = await fetch(`${url}/subjects`);
      if (!answer.ok) throw new Error(`it answers ${answer.status}`);
    },
    ready_within_ms: 90_000,
  });
  await program.start();
  return { url, program };
}
