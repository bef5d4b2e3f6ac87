/** `flywheel publish`: appends events from a file of JSON lines, or a topic's example. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Operations, PublishReport } from '../../operations/operations.ts';
import { count } from '../../operations/words.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exampleText } from '../../../schemas/examples.ts';
import { exit_codes } from '../exit-codes.ts';
import { cut } from '../output.ts';
import { progressBar, type Progress } from '../progress.ts';
import { withSession } from '../session.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly topic?: string;
  readonly example?: string;
}

type Rejection = PublishReport['rejected'][number];

export const publishCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'publish',
        'Append events, one JSON object a line; a bad line is reported with its number and left out (exit 1 if any was)',
        [
          'publish --topic ad.metrics metrics.ndjson',
          'cat metrics.ndjson | flywheel publish --topic ad.metrics -',
          'publish --example ad.metrics',
        ],
      ),
    ),
  )
    .option('--topic <topic>', 'topic of the events')
    .option('--example <topic>', "publish the topic's example event instead of a file")
    .argument('[file]', 'file of JSON lines; - reads standard input')
    .action((file: string | undefined, flags: Flags) => run(cli, file, flags));

async function run(cli: Cli, file: string | undefined, flags: Flags): Promise<void> {
  const { topic, lines, total_bytes, source } = inputOf(cli, file, flags);
  const report = await withSession(cli.root, configOf(cli, flags), { create: true }, async ({ operations, own }) => {
    const bar = progressBar(cli.out, `publishing ${topic}`, total_bytes, 'bytes');
    try {
      const sent = await publishAll(operations, topic, source, lines, bar);
      await own?.drain();
      return sent;
    } finally {
      bar.stop();
    }
  });
  if (report.rejected.length > 0) cli.end(exit_codes.answer_is_no);
  if (flags.json === true) cli.out.json(report);
  else print(cli, topic, report);
}

interface Input {
  readonly topic: string;
  readonly lines: AsyncIterable<string> | Iterable<string>;
  readonly total_bytes: number | null;
  /** Names the file, so that publishing it again after a break continues where it stopped. */
  readonly source: string | undefined;
}

function inputOf({ root }: Cli, file: string | undefined, { topic, example }: Flags): Input {
  const known = root.topology.topics.map(({ name }) => name);
  if (example !== undefined) {
    if (file !== undefined || topic !== undefined)
      throw usage('--example stands alone', 'leave out the file and --topic');
    if (!known.includes(example)) throw new FlywheelError('topic.unknown', { topic: example, known: known.join(', ') });
    return { topic: example, lines: [`${exampleText(example)}\n`], total_bytes: null, source: undefined };
  }
  if (topic === undefined) throw usage('nothing says which topic', 'add --topic TOPIC, or --example TOPIC');
  if (!known.includes(topic)) throw new FlywheelError('topic.unknown', { topic, known: known.join(', ') });
  if (file === undefined) throw usage('nothing says which file', 'name a file of JSON lines, or - for standard input');
  if (file === '-') return { topic, lines: chunksOfStdin(), total_bytes: null, source: undefined };
  if (!existsSync(file)) throw new FlywheelError('file.missing', { path: file });
  return { topic, lines: chunksOfFile(file), total_bytes: statSync(file).size, source: `file:${resolve(file)}` };
}

const usage = (why: string, what_to_do: string): FlywheelError =>
  new FlywheelError('usage.invalid', { why, what_to_do });

/** Bytes sent at once; a server takes a body of at least this. */
const chunk_bytes = 256 * 1024;

function* chunksOfFile(file: string): Generator<string> {
  const handle = openSync(file, 'r');
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(chunk_bytes);
  try {
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer))
      yield decoder.decode(buffer.subarray(0, read), { stream: true });
    yield decoder.decode();
  } finally {
    closeSync(handle);
  }
}

async function* chunksOfStdin(): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of process.stdin)
    yield typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** Sends whole lines in chunks; line numbers count from the start of the file. */
async function publishAll(
  operations: Operations,
  topic: string,
  source: string | undefined,
  chunks: Input['lines'],
  bar: Progress,
): Promise<PublishReport> {
  let rest = '';
  let line = 0;
  let bytes = 0;
  let accepted = 0;
  const rejected: Rejection[] = [];
  const send = async (ndjson: string): Promise<void> => {
    if (ndjson.trim() === '') return;
    const report = await operations.publish({ topic, ndjson, ...(source === undefined ? {} : { source }) });
    accepted += report.accepted;
    const before = line;
    rejected.push(...report.rejected.map((refusal) => ({ ...refusal, line: refusal.line + before })));
    line += (ndjson.match(/\n/g) ?? []).length;
    bytes += Buffer.byteLength(ndjson);
    bar.update(bytes, `${count(accepted)} accepted, ${count(rejected.length)} refused`);
  };
  for await (const chunk of chunks) {
    rest += chunk;
    const end = rest.lastIndexOf('\n') + 1;
    if (end < chunk_bytes) continue;
    await send(rest.slice(0, end));
    rest = rest.slice(end);
  }
  await send(rest);
  return { accepted, rejected };
}

/** Refused lines printed; `--json` has all. */
const most_shown = 50;

function print({ out }: Cli, topic: string, { accepted, rejected }: PublishReport): void {
  for (const { line, message } of rejected.slice(0, most_shown))
    out.note(`${out.colour.red(`line ${line}`)}  ${cut(message, 400)}`);
  if (rejected.length > most_shown) out.note(`and ${count(rejected.length - most_shown)} more; --json lists all`);
  out.line(
    `${count(accepted)} accepted into ${topic}${rejected.length === 0 ? '' : `, ${out.colour.red(`${count(rejected.length)} refused`)}`}.`,
  );
}
