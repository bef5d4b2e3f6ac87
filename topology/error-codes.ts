/**
 * Every error a person or a program can meet, by code: what it says, what to do, and how a process or an HTTP answer
 * ends with it. `docs/errors.md` is made from this list; a code that is not here does not compile.
 */

/** How an error ends: the exit code of a command (sysexits.h) and the status of an HTTP answer. */
export interface ErrorClass {
  readonly exit: number;
  readonly status: number;
  readonly description: string;
}

export const errorClasses = {
  usage: { exit: 64, status: 400, description: 'The command or request was written wrongly.' },
  data: { exit: 65, status: 422, description: 'Data given to the program break a rule.' },
  denied: { exit: 77, status: 401, description: 'Who asks may not.' },
  missing: { exit: 66, status: 404, description: 'What was asked for does not exist.' },
  unavailable: { exit: 69, status: 503, description: 'Something outside is not there; try again when it is.' },
  internal: { exit: 70, status: 500, description: 'A defect of this program.' },
  store: { exit: 74, status: 503, description: 'The data folder cannot be read or written.' },
  busy: { exit: 75, status: 409, description: 'Another process or state of affairs is in the way.' },
  config: { exit: 78, status: 500, description: 'The configuration is wrong.' },
} as const satisfies Record<string, ErrorClass>;

export interface ErrorEntry {
  readonly class: keyof typeof errorClasses;
  /** HTTP status where HTTP has a more telling one than that of the class. */
  readonly status?: number;
  /** What happened; `{name}` stands for a parameter. */
  readonly message: string;
  /** What to do about it; may name the same parameters. */
  readonly remedy: string;
}

/** Errors that refuse a record: they stand in its dead letter and stop nothing else. */
const recordErrors = {
  'decode.too_short': {
    class: 'data',
    message: 'the value has {bytes} bytes, a framed Avro record has at least 6',
    remedy: 'send Confluent wire format: a zero byte, the schema id as four bytes big-endian, the Avro body',
  },
  'decode.magic_byte': {
    class: 'data',
    message: 'the first byte is {byte}, Confluent wire format begins with 0x00',
    remedy: 'use an Avro serializer with a schema registry; JSON and plain Avro are not taken',
  },
  'decode.unknown_schema': {
    class: 'data',
    message: 'schema id {id} is not known',
    remedy: 'register the schema of {topic}, or publish with the schema id {expected}, then redrive',
  },
  'decode.other_topic': {
    class: 'data',
    message: 'schema id {id} is the schema of {actual}, the record was written to {topic}',
    remedy: 'publish it to {actual}, or encode it with the schema of {topic}',
  },
  'decode.incompatible': {
    class: 'data',
    message: 'version {writer} of {topic} cannot be read as version {reader}: {why}',
    remedy: 'deploy a reader that knows version {writer}, then redrive',
  },
  'decode.truncated': {
    class: 'data',
    message: 'the bytes end too soon at {field}: {why}',
    remedy: 'the record was cut off or written with another schema than {schema}: check the producer',
  },
  'decode.trailing': {
    class: 'data',
    message: '{why}',
    remedy: 'the record was written with another schema than {schema}: check the producer',
  },
  'decode.long_range': {
    class: 'data',
    message: '{field} holds {why}',
    remedy: 'check the unit: times are epoch milliseconds, money is minor units',
  },
  'decode.invalid_text': {
    class: 'data',
    message: '{field} holds {why}',
    remedy: 'encode strings as UTF-8',
  },
  'decode.invalid_value': {
    class: 'data',
    message: '{field} holds {why}',
    remedy: 'the record was written with another schema than {schema}: check the producer',
  },
  'check.rule': {
    class: 'data',
    message: '{field} is {value}: {rule}',
    remedy: '{what_to_do}',
  },
  'check.threw': {
    class: 'internal',
    message: 'the field rules of {topic} threw: {why}',
    remedy: 'repair schemas/{topic}/topic.ts, then redrive',
  },
  wrong_partition: {
    class: 'data',
    message: 'key {key} belongs to partition {expected}, it was written to {actual}',
    remedy: 'partition by murmur2 of the key (librdkafka: partitioner=murmur2_random)',
  },
  wrong_key: {
    class: 'data',
    message: 'the record key is {key} but {field} is {value}',
    remedy: 'use {field} as the record key',
  },
  'decide.threw': {
    class: 'internal',
    message: 'the handler of {group} threw: {why}',
    remedy: 'repair the processor, then redrive',
  },
  'decide.parked': {
    class: 'internal',
    message: 'an earlier event of the same key failed: {why}',
    remedy: 'redrive the key; its events are taken again in order',
  },
} as const satisfies Record<string, ErrorEntry>;

/** Errors of values given to the program by a caller, a file or a line. */
const inputErrors = {
  'event.refused': {
    class: 'data',
    message: '{topic}: {why}',
    remedy: '{what_to_do}',
  },
  'event.unfit': {
    class: 'data',
    message: '{topic}: {field} is {value}: {rule}',
    remedy: '{what_to_do}',
  },
  'line.json': {
    class: 'data',
    message: 'line {line} is not JSON: {why}',
    remedy: 'write one JSON object a line, without a comma at its end',
  },
  'line.not_object': {
    class: 'data',
    message: 'line {line} is {value}, not a JSON object',
    remedy: 'write one JSON object a line',
  },
  'line.too_long': {
    class: 'data',
    message: 'line {line} is longer than {limit_bytes} bytes',
    remedy: 'write one event a line, ended by a newline',
  },
  'line.encoding': {
    class: 'data',
    message: 'line {line} is not UTF-8',
    remedy: 'save the file as UTF-8 (iconv -t UTF-8)',
  },
  'line.field': {
    class: 'data',
    message: 'line {line}: {field} is {value}: {rule}',
    remedy: '{what_to_do}',
  },
  'csv.columns': {
    class: 'data',
    message: '{file} has no column {missing}; it has: {found}',
    remedy: '{what_to_do}',
  },
  'csv.field': {
    class: 'data',
    message: '{file}, line {line}: {column} is {value}: {rule}',
    remedy: '{what_to_do}',
  },
  'csv.unreadable': {
    class: 'data',
    message: '{file} cannot be read at line {line}: {why}',
    remedy: 'give a CSV, plain or gzipped, with the column names in its first line and quotes doubled inside quotes',
  },
  'replay.other': {
    class: 'data',
    message:
      'this data folder holds a replay of another file or seed, {hours} hours of it: {found}; asked for is {wanted}',
    remedy: 'use another folder (--data), or reset this one: flywheel reset',
  },
  'source.other': {
    class: 'data',
    message: 'this data folder holds {found}; asked for is {wanted}, and the two have times of their own',
    remedy: 'use another folder (--data), or reset this one: flywheel reset',
  },
  'source.changed': {
    class: 'data',
    message: '{source} was published up to byte {byte} before, and those bytes have changed since',
    remedy: 'publish the changed file under another name, or take out the lines that were published before',
  },
  'policy.invalid': {
    class: 'data',
    message: 'policy: {field} is {value}: {rule}',
    remedy: '{what_to_do}',
  },
} as const satisfies Record<string, ErrorEntry>;

/** Errors of what was asked for by name. */
const nameErrors = {
  'topic.unknown': {
    class: 'missing',
    message: 'there is no topic {topic}',
    remedy: 'use one of: {known}',
  },
  'group.unknown': {
    class: 'missing',
    message: 'there is no group {group}',
    remedy: 'use one of: {known}',
  },
  'decision.unknown': {
    class: 'missing',
    message: 'there is no decision {id}',
    remedy: 'give an id as printed: group/run/topic/partition/offset/ordinal; older ones may be past their retention',
  },
  'event.unknown': {
    class: 'missing',
    message: 'there is no event {id}',
    remedy: 'give topic/partition/offset or a decision id; older events may be past their retention',
  },
  'dead_letter.unknown': {
    class: 'missing',
    message: 'there is no dead letter {id}',
    remedy: 'list them with: flywheel dead-letters list',
  },
  'experiment.unknown': {
    class: 'missing',
    message: 'there is no experiment {id} of account {account_id} with evidence',
    remedy: 'list them with the operation experiments; one has evidence from its first whole hour on',
  },
  'file.missing': {
    class: 'missing',
    message: 'there is no file {path}',
    remedy: 'check the path; it is taken relative to the folder the command runs in',
  },
} as const satisfies Record<string, ErrorEntry>;

/** Errors of the store, the log and the groups that run on them. */
const engineErrors = {
  'store.full': {
    class: 'store',
    message: 'the disk of {path} is full',
    remedy: 'free some space or move the data folder, then start again; nothing that was committed is lost',
  },
  'store.corrupt': {
    class: 'store',
    message: 'the store in {path} cannot be read: {why}',
    remedy: 'restore the folder from a backup, or start with another one (--data)',
  },
  'store.too_new': {
    class: 'store',
    message: 'the store in {path} has format {found}, this program knows up to {known}',
    remedy: 'use the newer program that wrote it, or another folder (--data)',
  },
  'store.locked': {
    class: 'busy',
    message: 'the folder {path} is in use by process {pid}',
    remedy: 'use that one ({where}), stop it, or start with another folder (--data)',
  },
  'store.columns': {
    class: 'store',
    message: 'the analytics in {path} hold {column} as {found}, the schema says {wanted}',
    remedy: 'give the changed field a new name, or move the analytics away and rebuild them from the log',
  },
  'store.partitions': {
    class: 'config',
    message: 'the store in {path} has {found} partitions, the configuration says {wanted}',
    remedy: 'set partitions back to {found}; another count means another data folder',
  },
  'log.out_of_range': {
    class: 'store',
    message: '{group} continues {topic} partition {partition} at offset {offset}, the log begins at {start}',
    remedy: 'rebuild the group from the archive, or reset it and accept the gap',
  },
  'log.cursor_ahead': {
    class: 'store',
    message: '{group} stands at offset {offset} of {topic} partition {partition}, the log ends at {end}',
    remedy: 'the log lost records: restore it, or reset the group',
  },
  'log.replaced': {
    class: 'store',
    message: 'the record before offset {offset} of {topic} partition {partition} is not the one {group} handled',
    remedy: 'the log was replaced: restore it, or reset the group',
  },
  'journal.other_code': {
    class: 'busy',
    message: 'an unfinished batch of {group} was decided by code {found}, this is {code}',
    remedy: 'start the program that wrote it once more so that it finishes the batch, then upgrade',
  },
  'group.too_many_failures': {
    class: 'internal',
    message: 'group {group} stopped: its handler failed on {failed} of the last {handled} events, last with: {why}',
    remedy: 'repair the handler and start again; nothing of this batch was committed',
  },
  'group.stopped': {
    class: 'internal',
    message: 'group {group} has stopped: {why}',
    remedy: 'repair the cause and start again; it continues where it stopped',
  },
} as const satisfies Record<string, ErrorEntry>;

/** Errors of starting and asking the program. */
const programErrors = {
  'config.invalid': {
    class: 'config',
    message: '{origin}: {why}',
    remedy: '{what_to_do}',
  },
  'port.busy': {
    class: 'busy',
    message: 'port {port} is in use',
    remedy: 'stop what listens there, or choose another with --port',
  },
  'sink.unavailable': {
    class: 'unavailable',
    message: 'the analytics store does not answer: {why}',
    remedy: 'start it; rows wait in the outbox and nothing is lost',
  },
  'topology.invalid': {
    class: 'internal',
    message: 'the topology does not hold together: {why}',
    remedy: 'run: flywheel topology --check',
  },
  'query.refused': {
    class: 'usage',
    message: 'the query was refused: {why}',
    remedy: 'write one SELECT over the tables that flywheel query --tables lists',
  },
  'usage.invalid': {
    class: 'usage',
    message: '{why}',
    remedy: '{what_to_do}',
  },
} as const satisfies Record<string, ErrorEntry>;

/** Errors of a request to the page's server, which is an API as well. */
const requestErrors = {
  'request.no_token': {
    class: 'denied',
    message: 'the request shows no valid token',
    remedy:
      'open the page anew, or send Authorization: Bearer with the token that engine.lock in the data folder holds',
  },
  'request.host': {
    class: 'denied',
    status: 403,
    message: 'host {host} is not a name of this server',
    remedy: 'use {known}; other names are refused so that no web site can point its own name here',
  },
  'request.origin': {
    class: 'denied',
    status: 403,
    message: 'pages of {origin} may not ask this server',
    remedy: 'ask from its own page, or from a program that shows the token',
  },
  'request.operation': {
    class: 'missing',
    message: 'there is no operation {name}',
    remedy: 'use one of: {known}',
  },
  'request.path': {
    class: 'missing',
    message: 'there is nothing at {method} {path}',
    remedy: 'the page is at /, operations at POST /api/operations/NAME, events at GET /api/live',
  },
  'request.argument': {
    class: 'usage',
    message: '{operation}: {field} is {value}: {why}',
    remedy: '{operation} takes {takes}',
  },
  'request.body': {
    class: 'usage',
    message: 'the body cannot be read: {why}',
    remedy: 'send one JSON object with content-type application/json',
  },
  'request.media_type': {
    class: 'usage',
    status: 415,
    message: 'content-type {type} is not taken',
    remedy: 'send one JSON object with content-type application/json',
  },
  'request.too_large': {
    class: 'usage',
    status: 413,
    message: 'the body is larger than {limit} bytes',
    remedy: 'send it in parts: what is published may come in any number of requests',
  },
  'live.full': {
    class: 'unavailable',
    message: '{clients} listeners are connected, more are not taken',
    remedy: 'close a page that shows this server, then try again',
  },
  'page.missing': {
    class: 'unavailable',
    message: 'the page is not built: there is no {path}',
    remedy: 'run: npm run prepare; then load this address again, the engine need not stop',
  },
} as const satisfies Record<string, ErrorEntry>;

export const errors = {
  ...recordErrors,
  ...inputErrors,
  ...nameErrors,
  ...engineErrors,
  ...programErrors,
  ...requestErrors,
};

/** The registry in sections, for the documentation. */
export const errorSections = [
  { title: 'Records that were refused (dead letters)', entries: recordErrors },
  { title: 'Events, lines and policies given to the program', entries: inputErrors },
  { title: 'Names that do not exist', entries: nameErrors },
  { title: 'Store, log and groups', entries: engineErrors },
  { title: 'Starting and asking the program', entries: programErrors },
  { title: 'Requests to the page and API', entries: requestErrors },
] as const;
