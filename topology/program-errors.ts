/** Codes of errors of the program itself: names, store, groups, starting and asking it. */
import type { ErrorEntry } from './error-classes.ts';

/** Errors of what was asked for by name. */
export const nameErrors = {
  'variation.unknown': {
    class: 'missing',
    message: 'account {account_id} has no variation {id} in its queue',
    remedy: 'take the variation_id from the queue: POST /api/operations/variations',
  },
  'table.unknown': {
    class: 'missing',
    message: 'there is no table {table}',
    remedy: 'use one of {known}',
  },
  'alert.unknown': {
    class: 'missing',
    message: 'there is no {what} {id} that waits for this',
    remedy: 'flywheel alerts list shows what is open, and messages that were not taken',
  },
  'policy.unknown': {
    class: 'missing',
    message: 'no policy {version} was ever proposed or in force',
    remedy: 'flywheel policy history lists those that were; propose a new one: flywheel policy propose FILE',
  },
  'topic.unknown': {
    class: 'missing',
    message: 'there is no topic {topic}',
    remedy: 'use one of: {known}',
  },
  'topic.ours': {
    class: 'usage',
    message: '{topic} is written by {writer}: an event of yours would stand among its decisions',
    remedy: 'publish what they are made of (ad.metrics and its like), or add --force where it is a test',
  },
  'store.missing': {
    class: 'missing',
    message: 'the folder {path} holds no data yet',
    remedy: 'run flywheel start or flywheel publish first, or name another folder with --data',
  },
  'store.not_a_folder': {
    class: 'store',
    message: 'no data folder can be made at {path}: {why}',
    remedy: 'name a folder that can be written with --data',
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
  'ad.unknown': {
    class: 'missing',
    message: 'there is no ad {id} of account {account_id} whose creative is known',
    remedy: 'publish ad.created for it, or look for its id with the operation experiments',
  },
  'key.unknown': {
    class: 'missing',
    message: 'there is no key {id}',
    remedy: 'list them with: flywheel keys list',
  },
  'job.unknown': {
    class: 'missing',
    message: 'there is no job {id}',
    remedy: 'take the id or address that the answer 202 gave',
  },
  'winner.unknown': {
    class: 'missing',
    message: 'account {account_id} remembers no winner {id}',
    remedy: 'look for winners with POST /api/ml/rag/search-winners; an ad is one once its experiment shows it',
  },
  'variant.unknown': {
    class: 'missing',
    message: 'account {account_id} has no ad {id} with impressions in a campaign that runs',
    remedy: 'list them with GET /api/ml/ab/all-variants; the budget of a campaign is split from its first hour on',
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
export const engineErrors = {
  'store.full': {
    class: 'store',
    message: 'the disk of {path} is full',
    remedy: 'free some space or move the data folder, then start again; nothing that was committed is lost',
  },
  'kafka.away': {
    class: 'store',
    message: 'no broker has answered: {why}',
    remedy: 'see that the brokers run and can be reached from here; nothing that was committed is lost',
  },
  'source.elsewhere': {
    class: 'store',
    message: '{source} is read by another process too',
    remedy: 'let one process read it, and begin again from where it is',
  },
  'redis.away': {
    class: 'store',
    message: 'Redis does not answer: {why}',
    remedy: 'see that it runs and can be reached from here; nothing that was committed is lost',
  },
  'redis.may_forget': {
    class: 'config',
    message: 'Redis may lose state: {why}',
    remedy: 'set maxmemory-policy noeviction and appendonly yes there, or redis_may_forget to true for a trial',
  },
  'registry.away': {
    class: 'store',
    message: 'the schema registry at {url} does not answer: {why}',
    remedy: 'see that it runs and can be reached from here; ids that are kept in the data folder need no registry',
  },
  'registry.refused': {
    class: 'store',
    message: 'the schema registry at {url} refuses {why}',
    remedy: 'see what the registry says of it, and the permissions of this process',
  },
  'registry.missing': {
    class: 'config',
    message: 'the schema registry at {url} has no version {version} of ours under {subject}',
    remedy: 'run: flywheel provision --apply',
  },
  'kafka.refused': {
    class: 'store',
    message: 'the broker refused: {why}',
    remedy: 'see what the broker says of it, and its topics and permissions',
  },
  'kafka.login': {
    class: 'config',
    message: 'the broker refuses the login: {why}',
    remedy: 'set kafka_sasl_username, kafka_sasl_password and kafka_sasl_mechanism to what the broker knows',
  },
  'kafka.permission': {
    class: 'config',
    message: 'the broker does not let this user do it: {why}',
    remedy: 'give the user the permissions of docs/security.md, or log in as one who has them',
  },
  'kafka.tls': {
    class: 'config',
    message: 'no TLS connection to the broker: {why}',
    remedy: 'name the certificate that it is signed by in kafka_tls_ca_file, and a port where it speaks TLS',
  },
  'redis.login': {
    class: 'config',
    message: 'Redis refuses: {why}',
    remedy: 'set redis_username and redis_password to what Redis knows, with the permissions of docs/security.md',
  },
  'redis.tls': {
    class: 'config',
    message: 'no TLS connection to Redis: {why}',
    remedy: 'name the certificate that it is signed by in redis_tls_ca_file',
  },
  'kafka.client': {
    class: 'store',
    message: 'this version of kafkajs cannot be used: {why}',
    remedy: 'install the version that package.json names',
  },
  'store.corrupt': {
    class: 'store',
    message: 'the store in {path} cannot be read: {why}',
    remedy: 'restore a copy of the folder, or start with another one (--data)',
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
    remedy: 'reset the group (flywheel reset --group), which then begins where the log does',
  },
  'log.cursor_ahead': {
    class: 'store',
    message: '{group} stands at offset {offset} of {topic} partition {partition}, the log ends at {end}',
    remedy: 'the log lost records: restore a copy of the data folder, or reset the group (flywheel reset --group)',
  },
  'log.replaced': {
    class: 'store',
    message: 'the record before offset {offset} of {topic} partition {partition} is not the one {group} handled',
    remedy: 'the log was replaced: restore a copy of the data folder, or reset the group (flywheel reset --group)',
  },
  'log.gap': {
    class: 'store',
    message: '{topic} partition {partition}: offset {offset} is missing, the next record is at {found}',
    remedy: 'restore a copy of the data folder, or reset the group (flywheel reset --group)',
  },
  'ledger.lost': {
    class: 'store',
    message: 'the state of {group} stands at batch {seq}, its journal goes on from batch {next}',
    remedy: 'restore a copy of the data folder; or reset the group, which then begins where the log does',
  },
  'ledger.disconnected': {
    class: 'busy',
    message: 'the connection to the ledger of {group} ended, and with it what this process owned',
    remedy: 'see that Redis runs; the partitions are then taken again',
  },
  'journal.other_code': {
    class: 'busy',
    message: 'an unfinished batch of {group} was decided by code {found}, this is {code}',
    remedy: 'start the program that wrote it once more so that it finishes the batch, then upgrade',
  },
  'state.too_new': {
    class: 'store',
    message: 'state of {group} was stored under version {found}, this code reads {version}',
    remedy:
      'run the newer code, or go back: stop all of it, and make the state again with this code (flywheel rebuild {group} --replace)',
  },
  'state.too_old': {
    class: 'store',
    message:
      'state of {group} was stored under version {found}, this code reads {version} and cannot bring it up to date',
    remedy: 'add an upcast to its state, or reset the group',
  },
  'group.too_many_failures': {
    class: 'internal',
    message: 'group {group} stopped: it failed on {failed} of the last {handled} events, last with: {why}',
    remedy: 'repair what fails and start again; nothing of this batch was committed',
  },
  'group.elsewhere': {
    class: 'busy',
    message: 'group {group} does not stand still: {why}',
    remedy: 'stop the instances that work on it, or start them without it (--group), and try again',
  },
  'group.stopped': {
    class: 'internal',
    message: 'group {group} has stopped: {why}',
    remedy: 'repair the cause and start again; it continues where it stopped',
  },
} as const satisfies Record<string, ErrorEntry>;
