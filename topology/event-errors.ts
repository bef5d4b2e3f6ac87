/** Codes of errors about events: those that refuse a record, and those of what is given to the program. */
import type { ErrorEntry } from './error-classes.ts';

/** Errors that refuse a record: they stand in its dead letter and stop nothing else. */
export const recordErrors = {
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
export const inputErrors = {
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
  'source.real_time': {
    class: 'data',
    message: 'these topics are in real time; a source of kind {source} has a time of its own',
    remedy: 'give it topics and state of its own: set kafka_topic_prefix and namespace',
  },
  'policy.invalid': {
    class: 'data',
    message: 'policy: {field} is {value}: {rule}',
    remedy: '{what_to_do}',
  },
  'policy.outdated': {
    class: 'data',
    message: 'policy {version} was proposed when {based_on} was in force, and now {in_force} is',
    remedy:
      'see what it would change: flywheel policy diff {in_force} {version}; propose it anew, or activate it with --anyway',
  },
  'policy.unreadable': {
    class: 'data',
    message: 'the policy in {path} cannot be read: {why}',
    remedy: 'write it as YAML or JSON: sections with fields, as docs/policy.md lists them',
  },
  'history.empty': {
    class: 'missing',
    message: 'the log in {path} holds nothing to decide on{where}',
    remedy: 'let flywheel start run first, name another folder with --data, or widen --since and --until',
  },
} as const satisfies Record<string, ErrorEntry>;
