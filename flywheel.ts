/** The program: a command line whose commands load what they need when they need it. */
import { runCli } from './app/cli/program.ts';
import type * as Composition from './app/composition.ts';
import type { Root } from './app/flywheel.ts';
import { version } from './app/version.ts';
import { topics } from './schemas/index.ts';

const composition = (): Promise<typeof Composition> => import('./app/composition.ts');

const root: Root = {
  version,
  topics,
  topology: async () => (await composition()).topology,
  open: async (config, options) => (await composition()).open(config, options),
  embeddings: async (config) => (await composition()).embeddings(config),
  history: async (config) => (await composition()).history(config),
  provision: async (config, apply) => (await composition()).provisioned(config, apply),
};

process.exitCode = await runCli(root, process.argv.slice(2));

/** How long something that was left open may keep the process, milliseconds. */
const leave_ms = 3_000;
// All is closed by now, and the process ends by itself. Where it does not, nobody waits for it, and it is said: tests fail.
setTimeout(() => {
  process.stderr.write(`left open: ${process.getActiveResourcesInfo().join(', ')}\n`);
  process.exit();
}, leave_ms).unref();
