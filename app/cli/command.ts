/** What all commands share: their options, their configuration, and that an error ends them with its exit code. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig, type LoadedConfig } from '../config/load.ts';
import type { ConfigKey } from '../config/settings.ts';
import type { Root } from '../flywheel.ts';
import type { Output } from './output.ts';

export interface Cli {
  readonly root: Root;
  readonly out: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Asks a yes-or-no question; false where nobody can answer. */
  confirm(question: string): Promise<boolean>;
  /** Sets how the process ends. */
  end(code: number): void;
}

/** Flags of the settings, as commander names them, by setting. */
export interface SettingFlags {
  readonly data?: string;
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly partitions?: string;
  /** `--no-source` gives false; commander gives true where neither it nor `--source` was written. */
  readonly source?: string | boolean;
  readonly meta?: boolean;
  readonly replay?: string;
  readonly speed?: string;
  readonly seed?: string;
  readonly logLevel?: string;
  readonly engine?: string;
  /** Each `--group` adds one, of commands that run several. */
  readonly group?: string | readonly string[];
  readonly namespace?: string;
  readonly brokers?: string;
  readonly redis?: string;
  readonly registry?: string;
}

/** A command with an example in its help. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  const shown = examples.map((example) => `  $ flywheel ${example}`).join('\n');
  return new Command(name)
    .description(description)
    .addHelpText('after', `\nExample${examples.length > 1 ? 's' : ''}:\n${shown}`);
}

/** Adds the options that say which folder is meant. */
export const withFolder = (to: Command): Command =>
  to
    .option('--data <folder>', 'data folder (default ./data)')
    .addOption(new Option('--config <file>', 'settings file (default flywheel.config.yaml where there is one)'))
    .addOption(new Option('--engine <kind>', 'what the loops run on: embedded (default) or kafka'));

/** Adds the options that say which servers are meant; the rest of their settings stand in the file or environment. */
export const withServers = (to: Command): Command =>
  to
    .option('--brokers <list>', 'brokers, host:port each, comma between')
    .option('--redis <url>', 'Redis that state is kept in')
    .option('--registry <url>', 'schema registry')
    .option('--namespace <name>', 'sets several Flywheels apart that share servers (default flywheel)');

export const withJson = (to: Command): Command => to.option('--json', 'print one JSON value instead of text');

function sourceOf({ source, meta }: SettingFlags): string | undefined {
  if (meta === true) return 'meta';
  if (source === false) return 'none';
  return source === true ? undefined : source;
}

/** The configuration of a command from its flags. */
export function configOf(cli: Cli, flags: SettingFlags): LoadedConfig {
  const set: Partial<Record<ConfigKey, string | undefined>> = {
    data_folder: flags.data,
    host: flags.host,
    port: flags.port,
    partitions: flags.partitions,
    source: sourceOf(flags),
    replay_file: flags.replay,
    speed: flags.speed,
    seed: flags.seed,
    log_level: flags.logLevel,
    engine: flags.engine,
    groups: typeof flags.group === 'object' ? flags.group.join(',') : undefined,
    namespace: flags.namespace,
    kafka_brokers: flags.brokers,
    redis_url: flags.redis,
    registry_url: flags.registry,
  };
  const topics = cli.root.topics.map(({ name }) => name);
  return loadConfig({ flags: set, environment: cli.environment, file: flags.config ?? null, topics });
}

/** Parser of a count given as an option. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
