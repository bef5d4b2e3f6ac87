/** The command line as a page: `docs/command-line.md`, made from the commands' own help. */
import type { Command } from 'commander';
import { config_keys, environmentName, settings } from '../config/settings.ts';

const fence = '```';

function section(command: Command, path: string): string {
  const heading = `## ${path}\n\n${command.description().replace(/\.$/, '')}.`;
  const parts = [`${heading}\n\n${fence}text\n${helpOf(command)}\n${fence}`];
  for (const child of command.commands)
    if (child.name() !== 'help') parts.push(section(child, `${path} ${child.name()}`));
  return parts.join('\n\n');
}

/** What `--help` prints, texts added after it included. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text.trimEnd();
}

const settingsTable = (): string =>
  [
    '## Settings',
    config_keys
      .map(
        (key) =>
          `- \`${key}\` (${[settings[key].flag, environmentName(key)].filter((name) => name !== null).join(', ')}): ${settings[key].meaning}`,
      )
      .join('\n'),
  ].join('\n\n');

/** The whole page, in Markdown. */
export const commandPage = (root: Command): string =>
  [
    '# Command line',
    'Made from the help of the commands by `npx vitest run app/cli/command-page -u`; do not edit.',
    'Also `npm run -s flywheel -- COMMAND`. Settings may stand in `flywheel.config.yaml`, in `FLYWHEEL_...` variables or in flags; the later win.',
    settingsTable(),
    section(root, 'flywheel'),
  ].join('\n\n') + '\n';
