/** The command line: its commands, and how an error ends the process. */
import { Command, CommanderError } from 'commander';
import type { Root } from '../flywheel.ts';
import { askTerminal } from './ask.ts';
import type { Cli } from './command.ts';
import { exit_code_help, exit_codes } from './exit-codes.ts';
import { printFailure } from './failure.ts';
import { processOutput, type Output } from './output.ts';

/** By name, in the order of the help. Each is loaded when it is called: all of them take a second. */
const commands: Readonly<Record<string, () => Promise<(cli: Cli) => Command>>> = {
  start: async () => (await import('./commands/start.ts')).startCommand,
  status: async () => (await import('./commands/status.ts')).statusCommand,
  lag: async () => (await import('./commands/lag.ts')).lagCommand,
  speed: async () => (await import('./commands/speed.ts')).speedCommand,
  publish: async () => (await import('./commands/publish.ts')).publishCommand,
  plan: async () => (await import('./commands/plan.ts')).planCommand,
  topology: async () => (await import('./commands/topology.ts')).topologyCommand,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  follow: async () => (await import('./commands/follow.ts')).followCommand,
  query: async () => (await import('./commands/query.ts')).queryCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  approvals: async () => (await import('./commands/money.ts')).approvalsCommand,
  approve: async () => (await import('./commands/money.ts')).approveCommand,
  reject: async () => (await import('./commands/money.ts')).rejectCommand,
  undo: async () => (await import('./commands/money.ts')).undoCommand,
  kill: async () => (await import('./commands/money.ts')).killCommand,
  unkill: async () => (await import('./commands/money.ts')).unkillCommand,
  mode: async () => (await import('./commands/mode.ts')).modeCommand,
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcileCommand,
  alerts: async () => (await import('./commands/alerts.ts')).alertsCommand,
  cycle: async () => (await import('./commands/cycle.ts')).cycleCommand,
  models: async () => (await import('./commands/models.ts')).modelsCommand,
  niche: async () => (await import('./commands/niche.ts')).nicheCommand,
  'dead-letters': async () => (await import('./commands/dead-letters.ts')).deadLettersCommand,
  rebuild: async () => (await import('./commands/rebuild.ts')).rebuildCommand,
  backtest: async () => (await import('./commands/backtest.ts')).backtestCommand,
  'decide-again': async () => (await import('./commands/decide-again.ts')).decideAgainCommand,
  evaluate: async () => (await import('./commands/evaluate.ts')).evaluateCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  policy: async () => (await import('./commands/policy.ts')).policyCommand,
  provision: async () => (await import('./commands/provision.ts')).provisionCommand,
  keys: async () => (await import('./commands/keys.ts')).keysCommand,
  reset: async () => (await import('./commands/reset.ts')).resetCommand,
};

/** The program with all its commands, or with the one that is called. Errors are thrown, never ended here. */
export async function program(cli: Cli, called?: string): Promise<Command> {
  const root = new Command('flywheel')
    .description('An ad account as a stream: events become budget splits and statistically honest winners.')
    .version(cli.root.version)
    .addHelpText('after', `\nExample:\n  $ flywheel start\n\n${exit_code_help}`)
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError(true);
  const one = called === undefined || !Object.hasOwn(commands, called) ? undefined : commands[called];
  const loaded = one === undefined ? Object.values(commands) : [one];
  for (const make of await Promise.all(loaded.map((load) => load()))) root.addCommand(make(cli));
  prepare(root, cli.out);
  return root;
}

/** Commander's own errors are thrown too, and its texts go where ours go. */
function prepare(command: Command, out: Output): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => out.line(text.replace(/\n$/, '')),
    getOutHelpWidth: () => out.columns ?? 100,
    getErrHelpWidth: () => out.columns ?? 100,
    writeErr: (text) => out.note(text.replace(/\n$/, '').replace(/^error: /, `${out.colour.red('error')}  `)),
  });
  for (const child of command.commands) prepare(child, out);
}

export interface RunOptions {
  readonly out?: Output;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly confirm?: (question: string) => Promise<boolean>;
}

/**
 * Runs one command line (without node and script) and resolves with the exit code; `root` constructs what the
 * commands need.
 */
export async function runCli(root: Root, argv: readonly string[], options: RunOptions = {}): Promise<number> {
  const out = options.out ?? processOutput();
  let ending: number = exit_codes.ok;
  const cli: Cli = {
    root,
    out,
    environment: options.environment ?? process.env,
    confirm: options.confirm ?? askTerminal,
    end: (code) => {
      ending = code;
    },
  };
  try {
    await (await program(cli, argv[0])).parseAsync([...argv], { from: 'user' });
    return ending;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit_codes.ok : exit_codes.usage;
    return printFailure(out, error);
  }
}
