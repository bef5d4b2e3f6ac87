/** Errors of the engine: a code, what was found where, and what to do. */
export type EngineErrorCode =
  | 'log.out_of_range'
  | 'log.cursor_ahead'
  | 'log.replaced'
  | 'log.gap'
  | 'journal.other_code'
  | 'ledger.lost'
  | 'ledger.disconnected'
  | 'group.too_many_failures'
  | 'group.stopped'
  | 'group.elsewhere'
  | 'store.locked'
  | 'store.too_new'
  | 'store.corrupt'
  | 'store.full'
  | 'store.partitions'
  | 'state.too_new'
  | 'state.too_old'
  | 'event.refused'
  | 'source.elsewhere'
  | 'kafka.client'
  | 'kafka.refused'
  | 'kafka.away'
  | 'kafka.login'
  | 'kafka.permission'
  | 'kafka.tls'
  | 'redis.login'
  | 'redis.tls'
  | 'redis.away'
  | 'redis.may_forget'
  | 'topic.unknown'
  | 'group.unknown';

export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly remedy: string;

  constructor(code: EngineErrorCode, what: string, remedy: string) {
    super(`${what}; ${remedy}`);
    this.code = code;
    this.remedy = remedy;
  }
}

/** A batch was not committed, since the sink refused its rows until the group was stopped. */
export class SinkAway extends EngineError {
  constructor(group: string) {
    super('group.stopped', `group ${group} stopped while its sink was away`, 'start again; nothing is lost');
  }
}
