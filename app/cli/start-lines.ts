/** The five lines of a start, and nothing before every port is checked. */
import { ownMemory } from '../config/memory.ts';
import type { Config } from '../config/settings.ts';
import type { Status } from '../operations/operations.ts';
import { modeWords, moneyMeaning, movesMoney } from '../operations/money/words.ts';
import { count } from '../operations/format/numbers.ts';
import { speedWords } from '../operations/format/speed.ts';
import type { Output } from './output.ts';
import { clock } from './time.ts';

/** Page, API, data folder with where it resumed, money mode, how to reset; on Kafka what memory cannot do. */
export function startLines(
  out: Output,
  status: Status,
  url: string,
  config: Pick<Config, 'engine' | 'qdrant_url'>,
): readonly string[] {
  const { bold, cyan, yellow } = out.colour;
  const { money } = status;
  const head = (name: string): string => bold(name.padEnd(6));
  const source = sourceText(status.source);
  return [
    `${head('page')} ${cyan(url)}`,
    `${head('api')} ${cyan(`${url}/api`)}`,
    `${head('data')} ${status.data_folder}: ${resumedText(status)}; ${source}`,
    `${head('money')} ${movesMoney(money) ? yellow(modeWords(money)) : modeWords(money)}. ${moneyMeaning(money)}`,
    ...(ownMemory(config) ? [`${head('memory')} ${own_memory}`] : []),
    ...(status.engine === 'embedded' ? [`${head('reset')} flywheel reset --data ${status.data_folder}`] : []),
  ];
}

function sourceText({ kind, name, speed }: Status['source']): string {
  if (kind === 'none') return 'no source';
  return kind === 'meta' ? 'accounts of Meta' : `${name}, ${speedWords(speed)}`;
}

const own_memory =
  'vectors are in this process alone: with several instances recall is complete only with a Qdrant (qdrant_url)';

function resumedText({ resumed_at, source }: Status): string {
  if (resumed_at === null) return 'new';
  const at = source.clock_ms === null ? '' : `, its clock at ${clock(source.clock_ms)}`;
  return `resumed after ${count(resumed_at)} records${at}`;
}
