/** Errors of the engine: a code, what was found where, and what to do. */
export type EngineErrorCode =
  | 'log.out_of_range'
  | 'log.cursor_ahead'
  | 'log.replaced'
  | 'log.gap'
  | 'journal.other_code'
  | 'group.too_many_failures'
  | 'group.stopped'
  | 'store.locked'
  | 'store.too_new'
  | 'store.corrupt'
  | 'store.full'
  | 'store.partitions'
  | 'event.refused'
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
