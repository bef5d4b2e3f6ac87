/** Programs that the servers need: found, or named with the one command that installs them. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** For a Java program that does little, and starts often: compiled less well and sooner. */
export const light_java = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** Where jars are kept between runs. */
export const cache_folder = process.env['TEST_CACHE'] ?? join(homedir(), '.cache', 'flywheel-tests');

const install = 'bash scripts/install-test-tools.sh';

/** Rejects naming the command that installs it where a program is missing. */
export async function needs(program: string, args: readonly string[]): Promise<void> {
  try {
    await run(program, [...args]);
  } catch (error) {
    throw new Error(`the tests need ${program}, which is not here; run: ${install}`, { cause: error });
  }
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}
