/** What the examples of producers need in other languages, fetched by their own package managers the first time. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cache_folder, needs } from './tools.ts';

const run = promisify(execFile);

/** A folder that is made once for this content of `file`. */
async function madeOnce(name: string, file: string, make: (folder: string) => Promise<unknown>): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
  const folder = join(cache_folder, `${name}-${digest}`);
  const done = join(folder, '.done');
  if (existsSync(done)) return folder;
  mkdirSync(cache_folder, { recursive: true });
  await make(folder);
  mkdirSync(`${done}.half`, { recursive: true });
  renameSync(`${done}.half`, done);
  return folder;
}

/** Jars of a pom. */
export async function javaLibraries(pom: string): Promise<string> {
  await needs('javac', ['-version']);
  await needs('mvn', ['-v']);
  return madeOnce('example-java', pom, (folder) =>
    run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`]),
  );
}

/** A Python that has the packages of a requirements file. */
export async function python(requirements: string): Promise<string> {
  await needs('python3', ['-c', 'import ensurepip, venv']);
  const folder = await madeOnce('example-python', requirements, async (made) => {
    await run('python3', ['-m', 'venv', '--clear', made]);
    await run(join(made, 'bin', 'pip'), ['install', '--quiet', '--only-binary', ':all:', '-r', requirements]);
  });
  return join(folder, 'bin', 'python');
}
