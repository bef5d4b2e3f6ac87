/** `flywheel start`: opens the folder, serves the page, lets the source run, prints one line per decision. */
import { spawn } from 'node:child_process';
import { Option, type Command } from 'commander';
import { listenAddress } from '../../config/hosts.ts';
import type { Config } from '../../config/settings.ts';
import type { Flywheel } from '../../flywheel.ts';
import { count, span } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withServers, type Cli, type SettingFlags } from '../command.ts';
import { DecisionLines } from '../decision-lines.ts';
import { exit_codes } from '../exit-codes.ts';
import { assertPortFree } from '../ports.ts';
import { progressBar, type Progress } from '../progress.ts';
import { stopSignal } from '../signals.ts';
import { startLines } from '../start-lines.ts';
import { summaryLines } from '../summary.ts';
import { codeWatch } from '../watch-code.ts';
import type { Watch } from '../../watch/watch.ts';

interface Flags extends SettingFlags {
  readonly open?: boolean;
  readonly exit?: boolean;
  readonly watch?: boolean;
  readonly watchPolicy?: string;
  readonly group?: readonly string[];
}

const collected = (name: string, before: readonly string[] = []): readonly string[] => [...before, name];

export const startCommand = (cli: Cli): Command =>
  withServers(
    withFolder(
      command('start', 'Run the loops, on the embedded engine or on Kafka, and serve the page', [
        'start',
        'start --speed max --seed 7 --data ./try',
        'start --replay tests.csv.gz',
        'start --meta',
        'start --no-source --port 4800',
        'start --watch',
        'start --engine kafka --brokers 127.0.0.1:9092 --redis redis://127.0.0.1:6379',
        'start --engine kafka --group auto-promoter --group archivist --data ./second --port 4748',
      ]),
    ),
  )
    .option('--group <name>', 'on Kafka: run this group here, and no other that is not named too', collected)
    .option('--port <port>', 'port of the page and API (default 4747; 0: any free one)')
    .option('--host <address>', 'address of the page and API, this machine only (default 127.0.0.1)')
    .option('--replay <file>', 'play recorded A/B tests from a CSV, gzipped or not')
    .option('--speed <factor>', "the source's clock: 0 pauses, 1 is real time, max is as fast as it can")
    .option('--seed <n>', "seed of the simulated accounts and of a replay (the folder's own; 1 in a new one)")
    .option('--partitions <n>', 'partitions of each topic, fixed once the data folder exists')
    .addOption(
      new Option('--meta', 'read the ad accounts of Meta that the configuration has a token of').conflicts([
        'source',
        'replay',
      ]),
    )
    .addOption(new Option('--source <kind>', 'simulated, replay, meta or none'))
    .option('--no-source', 'only serve and take what is published')
    .option('--log-level <level>', 'least severe line that goes to the log file in the data folder')
    .option(
      '--watch',
      'when code that decides is saved: check the topology, decide the last 5,000 events again and list what differs',
    )
    .option('--watch-policy <file>', 'with --watch: decide them under this policy, and when its file is saved too')
    .option('--open', 'open the page in the browser')
    .option('--exit', 'end after the summary of a replay, instead of serving on')
    .action((flags: Flags) => run(cli, flags));

async function run(cli: Cli, flags: Flags): Promise<void> {
  const { config } = configOf(cli, flags);
  await assertPortFree(listenAddress(config.host), config.port);
  const signal = stopSignal(cli.out);
  const flywheel = await cli.root.open(config, { source: true });
  let watching: Watch | undefined;
  try {
    await flywheel.start();
    const { url } = await flywheel.serve();
    for (const line of startLines(cli.out, await flywheel.operations.status(), url, config)) cli.out.line(line);
    const first = await firstKey(flywheel, config);
    if (first !== null) cli.out.line(`${cli.out.colour.bold('key'.padEnd(6))} ${first}`);
    if (flags.open === true) openPage(url);
    if (flags.watch === true || flags.watchPolicy !== undefined) watching = codeWatch(cli, flags, config);
    await untilEnd(cli, config, flags, flywheel, url, signal.asked);
  } finally {
    await watching?.stop();
    await flywheel.stop();
    signal.release();
  }
}

/** The first key of a new data folder, told once; on Kafka whoever runs it makes keys for whom they are. */
async function firstKey({ operations }: Flywheel, { engine }: Config): Promise<string | null> {
  if (engine !== 'embedded' || (await operations.list_keys()).length > 0) return null;
  const { key } = await operations.create_key({ name: 'first key', role: 'admin' });
  return `${key} (admin of all accounts for 90 days, not shown again; others: flywheel keys create)`;
}

/** Prints decisions until the end of the source or of patience. */
async function untilEnd(
  cli: Cli,
  config: Config,
  flags: Flags,
  flywheel: Flywheel,
  url: string,
  asked: Promise<void>,
): Promise<void> {
  const { out } = cli;
  const progress = barOf(cli, config);
  const allocations = (): number => flywheel.decisions.counts.get('allocation.proposed') ?? 0;
  const lines = new DecisionLines({
    out,
    page_url: url,
    print: (line) => (progress === null ? out.line(line) : progress.above(line)),
    allocations,
  });
  const unsubscribe = flywheel.decisions.subscribe((rows) => lines.take(rows));
  const timer = setInterval(() => beat(cli, flywheel, progress), beat_ms);
  const failed = flywheel.failed.then((error) => Promise.reject(error));
  const from = { at_ms: Date.now(), events: flywheel.source.status().events_total };
  try {
    const ended = await Promise.race([flywheel.play().then(() => true), asked.then(() => false), failed]);
    if (ended) await Promise.race([flywheel.drain(), asked, failed]);
    progress?.stop();
    lines.flush();
    if (ended && config.source === 'replay') await printSummary(cli, flywheel, from);
    if (ended && flags.exit !== true && config.source === 'replay')
      out.note(out.colour.dim(`the page stays up at ${url}; Ctrl-C ends`));
    if (ended && flags.exit !== true) await Promise.race([asked, failed]);
  } finally {
    progress?.stop();
    clearInterval(timer);
    unsubscribe();
    lines.flush();
  }
}

/** A replay has an end, and so has the history of a new account. */
function barOf({ out }: Cli, { source }: Config): Progress | null {
  if (source === 'replay') return progressBar(out, 'replay', 1_000, '');
  return source === 'meta' ? progressBar(out, 'back-fill', 1_000, '') : null;
}

const beat_ms = 250;
const told = new Set<string>();

/** Moves the bar, and says so when a group has stopped: the process must not look alive while it does nothing. */
function beat({ out, end }: Cli, flywheel: Flywheel, progress: Progress | null): void {
  const { progress: share, events_total } = flywheel.source.status();
  if (share !== null)
    progress?.update(
      Math.round(share * 1_000),
      `${count(events_total)} events, ${count(flywheel.decisions.counts.get('winner.detected') ?? 0)} winners`,
    );
  for (const { group, state, reason } of flywheel.engine.groups()) {
    if (state !== 'stopped' || told.has(group)) continue;
    told.add(group);
    end(exit_codes.internal);
    const line = `${out.colour.red('error')}  group ${group} has stopped: ${reason ?? 'unknown'}`;
    if (progress === null) out.note(line);
    else progress.above(line);
  }
}

async function printSummary(
  { out }: Cli,
  flywheel: Flywheel,
  from: { readonly at_ms: number; readonly events: number },
): Promise<void> {
  const { summary, source } = await flywheel.operations.status();
  const elapsed_ms = Math.max(1, Date.now() - from.at_ms);
  const events = source.events_total - from.events;
  out.line();
  out.line(out.colour.bold(`replayed ${source.name} in ${span(elapsed_ms)}`));
  out.line(out.colour.dim('hours were not recorded: each total is spread over a day by draws without replacement'));
  for (const line of summaryLines(out, { ...summary, events_per_s: (events * 1_000) / elapsed_ms })) out.line(line);
}

/** Opens the page with the system's own opener; without one nothing happens, the address is on the screen. */
function openPage(url: string): void {
  const opener = process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
