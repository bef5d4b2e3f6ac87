/** The rules that fields of events can keep. */
export * from './lists.ts';
export * from './numbers.ts';
export * from './rule.ts';
export * from './text.ts';
export * from './times.ts';
