/** The command line: its commands, and how an error ends the process. */
import { Command, CommanderError } from 'commander';
import { alertsCommand } from './commands/alerts.ts';
import { backtestCommand } from './commands/backtest.ts';
import { cycleCommand } from './commands/cycle.ts';
import { decideAgainCommand } from './commands/decide-again.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { explainCommand } from './commands/explain.ts';
import { followCommand } from './commands/follow.ts';
import { keysCommand } from './commands/keys.ts';
import {
  approvalsCommand,
  approveCommand,
  killCommand,
  rejectCommand,
  undoCommand,
  unkillCommand,
} from './commands/money.ts';
import { lagCommand } from './commands/lag.ts';
import { modeCommand } from './commands/mode.ts';
import { modelsCommand } from './commands/models.ts';
import { nicheCommand } from './commands/niche.ts';
import { planCommand } from './commands/plan.ts';
import { policyCommand } from './commands/policy.ts';
import { provisionCommand } from './commands/provision.ts';
import { publishCommand } from './commands/publish.ts';
import { queryCommand } from './commands/query.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { rebuildCommand } from './commands/rebuild.ts';
import { resetCommand } from './commands/reset.ts';
import { speedCommand } from './commands/speed.ts';
import { startCommand } from './commands/start.ts';
import { statusCommand } from './commands/status.ts';
import { topologyCommand } from './commands/topology.ts';
import type { Root } from '../flywheel.ts';
import { askTerminal } from './ask.ts';
import type { Cli } from './command.ts';
import { exit_code_help, exit_codes } from './exit-codes.ts';
import { printFailure } from './failure.ts';
import { processOutput, type Output } from './output.ts';

const commands = [
  startCommand, statusCommand, lagCommand, speedCommand, publishCommand, planCommand, topologyCommand, explainCommand, followCommand,
  queryCommand, exportCommand, approvalsCommand, approveCommand, rejectCommand, undoCommand, killCommand, unkillCommand, modeCommand,
  reconcileCommand, alertsCommand,
  cycleCommand, modelsCommand, nicheCommand,
  deadLettersCommand, rebuildCommand, backtestCommand, decideAgainCommand, evaluateCommand, doctorCommand, policyCommand, provisionCommand, keysCommand,
  resetCommand,
]; // prettier-ignore

/** The program with all its commands. Errors are thrown, never ended here. */
export function program(cli: Cli): Command {
  const root = new Command('flywheel')
    .description('An ad account as a stream: events become budget splits and statistically honest winners.')
    .version(cli.root.version)
    .addHelpText('after', `\nExample:\n  $ flywheel start\n\n${exit_code_help}`)
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError(true);
  for (const make of commands) root.addCommand(make(cli));
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
    await program(cli).parseAsync([...argv], { from: 'user' });
    return ending;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit_codes.ok : exit_codes.usage;
    return printFailure(out, error);
  }
}
