/** `flywheel start --watch`: what a change of the code would decide otherwise, while the program goes on. */
import { resolve } from 'node:path';
import { environmentName, type Config, type ConfigKey } from '../config/settings.ts';
import { counted } from '../operations/format/numbers.ts';
import { Watch } from '../watch/watch.ts';
import type { Cli, SettingFlags } from './command.ts';
import { watchLines } from './watch-lines.ts';

/** By these the history is found; they may have come by flags, which the other process does not get. */
const found_by = [
  'data_folder', 'engine', 'partitions', 'namespace', 'kafka_brokers', 'redis_url', 'registry_url',
] as const satisfies readonly ConfigKey[]; // prettier-ignore

const environmentOf = (config: Config): Readonly<Record<string, string>> =>
  Object.fromEntries(
    found_by.flatMap((key) => {
      const value = config[key];
      const said = key === 'data_folder' ? resolve(config.data_folder) : value;
      return said === null ? [] : [[environmentName(key), String(said)]];
    }),
  );

interface Flags extends Pick<SettingFlags, 'config'> {
  readonly watchPolicy?: string;
}

/** Begins to watch; tells on the terminal. */
export function codeWatch({ out }: Cli, { watchPolicy, config: file }: Flags, config: Config): Watch {
  const settings = file === undefined ? {} : { FLYWHEEL_CONFIG: file };
  return new Watch({
    environment: { ...environmentOf(config), ...settings },
    policy: watchPolicy ?? null,
    onReady: ({ events, decisions }) =>
      out.note(
        out.colour.dim(
          `watching: ${counted(decisions.length, 'decision')} on the last ${counted(events, 'event')} are compared`,
        ),
      ),
    onChange: (name, outcome) => {
      for (const line of watchLines(out, name, outcome)) out.line(line);
    },
  });
}
