/**
 * Names that a source gives its events, so that sending one again names it the same and readers drop it: a source counts
 * its events, and stands where an event of ours has the group that emitted it.
 */
import type { CauseName } from './ports.ts';

const prefix = 'source:';

/** Position `position` of a source's events of a topic; `run` rises where a source counts anew. */
export const sourceName = (source: string, run: number, topic: string, position: number): CauseName => ({
  group: prefix + source,
  run,
  topic,
  partition: 0,
  offset: position,
  ordinal: 0,
});

/** Whether a record comes from outside: it has no name, or one that its source gave it. */
export const isOfSource = (name: CauseName | undefined): boolean => name === undefined || name.group.startsWith(prefix);
