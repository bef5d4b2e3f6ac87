/** `flywheel publish`: appends events from a file of JSON lines, or a topic's example. */
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  readNdjson,
  readNdjsonFile,
  resumeFile,
  sourceOfFile,
  type NdjsonBatch,
} from '../../../ports/sources/ndjson/ndjson.ts';
import { exampleText } from '../../../schemas/examples.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Topic } from '../../../topology/topic.ts';
import type { Operations, PublishReport } from '../../operations/operations.ts';
import { count } from '../../operations/format/numbers.ts';
import { command, configOf, withFolder, withJson, type Cli, type SettingFlags } from '../command.ts';
import { exit_codes } from '../exit-codes.ts';
import { cut } from '../output.ts';
import { progressBar, type Progress } from '../progress.ts';
import { withSession } from '../session.ts';

interface Flags extends SettingFlags {
  readonly json?: boolean;
  readonly topic?: string;
  readonly example?: string;
  readonly force?: boolean;
}

type Rejection = PublishReport['rejected'][number];

/** What a command published: refused lines by their number in the file, and lines taken in an earlier run. */
interface Published {
  readonly accepted: number;
  readonly rejected: readonly Rejection[];
  readonly resumed_at_line: number;
}

export const publishCommand = (cli: Cli): Command =>
  withFolder(
    withJson(
      command(
        'publish',
        'Append events, one JSON object a line; a bad line is reported with its number and left out (exit 1 if any was)',
        [
          'publish --topic ad.metrics metrics.ndjson',
          'publish --topic ad.metrics - < metrics.ndjson',
          'publish --example ad.metrics',
        ],
      ),
    ),
  )
    .option('--topic <topic>', 'topic of the events')
    .option('--example <topic>', "publish the topic's example event instead of a file")
    .option('--force', 'also to a topic that a group writes: a test, among its decisions')
    .argument('[file]', 'file of JSON lines; - reads standard input')
    .action((file: string | undefined, flags: Flags) => run(cli, file, flags));

async function run(cli: Cli, file: string | undefined, flags: Flags): Promise<void> {
  const topic = topicOf(cli, file, flags);
  const done = await withSession(cli.root, configOf(cli, flags), { create: true }, async ({ operations, own }) => {
    const published = await (flags.example === undefined
      ? publishLines(cli, forced(operations, flags.force === true), topic, file ?? '-')
      : publishExample(operations, topic));
    await own?.drain();
    return published;
  });
  if (done.rejected.length > 0) cli.end(exit_codes.answer_is_no);
  if (flags.json === true) cli.out.json(done);
  else print(cli, topic.name, done);
}

/** Every `publish` with the word of the person who asked for it. */
const forced = (operations: Operations, force: boolean): Operations =>
  force ? { ...operations, publish: (lines) => operations.publish({ ...lines, force }) } : operations;

const usage = (why: string, what_to_do: string): FlywheelError =>
  new FlywheelError('usage.invalid', { why, what_to_do });

function topicOf({ root }: Cli, file: string | undefined, { topic, example }: Flags): Topic {
  const { topics } = root;
  const name = example ?? topic;
  if (example !== undefined && (file !== undefined || topic !== undefined))
    throw usage('--example stands alone', 'leave out the file and --topic');
  if (name === undefined) throw usage('nothing says which topic', 'add --topic TOPIC, or --example TOPIC');
  const found = topics.find((one) => one.name === name);
  if (found === undefined)
    throw new FlywheelError('topic.unknown', { topic: name, known: topics.map((one) => one.name).join(', ') });
  if (example === undefined && file === undefined)
    throw usage('nothing says which file', 'name a file of JSON lines, or - for standard input');
  if (file !== undefined && file !== '-' && !existsSync(file)) throw new FlywheelError('file.missing', { path: file });
  if (file !== undefined && file !== '-' && statSync(file).isDirectory())
    throw usage(`${file} is a folder`, 'name a file of JSON lines, or - for standard input');
  return found;
}

async function publishExample(operations: Operations, { name }: Topic): Promise<Published> {
  const { accepted, rejected } = await operations.publish({ topic: name, ndjson: exampleText(name), force: true });
  return { accepted, rejected, resumed_at_line: 0 };
}

async function publishLines(cli: Cli, operations: Operations, topic: Topic, file: string): Promise<Published> {
  const now_ms = (): number => Date.now();
  if (file === '-') {
    const bar = progressBar(cli.out, `publishing ${topic.name}`, null, 'bytes');
    return sendAll(
      operations,
      topic.name,
      undefined,
      readNdjson(process.stdin, { topic, now_ms, batch_lines, batch_bytes }),
      bar,
      0,
    );
  }
  const path = resolve(file);
  const source = sourceOfFile(topic.name, path);
  const { position } = await operations.publish({ topic: topic.name, ndjson: '', source });
  const { start, changed } = await resumeFile(path, position ?? undefined);
  if (changed)
    cli.out.note(cli.out.colour.yellow(`${path} has changed since it was published; all of it is published again`));
  const bar = progressBar(cli.out, `publishing ${topic.name}`, statSync(path).size, 'bytes');
  return sendAll(
    operations,
    topic.name,
    source,
    readNdjsonFile(path, { topic, now_ms, start, batch_lines, batch_bytes }),
    bar,
    start.line,
  );
}

/** Lines of a batch: it commits with the position behind it. An event is a few hundred bytes. */
const batch_lines = 500;
/** Bytes of a batch at most: it goes out as one request, which must fit what a server takes. */
const batch_bytes = 400 * 1024;

async function sendAll(
  operations: Operations,
  topic: string,
  source: string | undefined,
  batches: AsyncIterable<NdjsonBatch>,
  bar: Progress,
  resumed_at_line: number,
): Promise<Published> {
  let accepted = 0;
  const rejected: Rejection[] = [];
  try {
    for await (const batch of batches) {
      rejected.push(...batch.rejected.map(({ line, field, message }) => ({ line, field, message })));
      accepted += await send(operations, topic, source, batch);
      bar.update(batch.bytes, `${count(accepted)} accepted, ${count(rejected.length)} refused`);
    }
  } finally {
    bar.stop();
  }
  return { accepted, rejected, resumed_at_line };
}

/** One batch in one request, so that its events and its position commit together. */
async function send(
  operations: Operations,
  topic: string,
  source: string | undefined,
  { events, position }: NdjsonBatch,
): Promise<number> {
  const ndjson = events.map(({ value }) => `${JSON.stringify(value)}\n`).join('');
  const { accepted } = await operations.publish({
    topic,
    ndjson,
    ...(source === undefined ? {} : { source, position }),
  });
  return accepted;
}

/** Refused lines printed; `--json` has all. */
const most_shown = 50;

function print({ out }: Cli, topic: string, { accepted, rejected, resumed_at_line }: Published): void {
  for (const { message } of rejected.slice(0, most_shown))
    out.note(`${out.colour.red('refused')}  ${cut(message, 400)}`);
  if (rejected.length > most_shown) out.note(`and ${count(rejected.length - most_shown)} more; --json lists all`);
  if (resumed_at_line > 0)
    out.note(out.colour.dim(`went on behind line ${count(resumed_at_line)}: what stands before is in the log`));
  out.line(
    `${count(accepted)} accepted into ${topic}${rejected.length === 0 ? '' : `, ${out.colour.red(`${count(rejected.length)} refused`)}`}.`,
  );
}
