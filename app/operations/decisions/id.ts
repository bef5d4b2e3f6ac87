/** Ids as people write them: of an event of ours (its cause's name) and of any record (its coordinates). */
import type { CauseName } from '../../../topology/coordinates.ts';

export interface Coordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;

/** `group/run/topic/partition/offset/ordinal`; undefined when the text is not one. Topics hold no slash. */
export function parseName(text: string): CauseName | undefined {
  const [group, runText, topic, partitionText, offsetText, ordinalText, ...rest] = text.split('/');
  const run = whole(runText);
  const partition = whole(partitionText);
  const offset = whole(offsetText);
  const ordinal = whole(ordinalText);
  if (!group || !topic || rest.length > 0) return undefined;
  if (run === undefined || partition === undefined || offset === undefined || ordinal === undefined) return undefined;
  return { group, run, topic, partition, offset, ordinal };
}

/** `topic/partition/offset`; undefined when the text is not one. */
export function parseCoordinates(text: string): Coordinates | undefined {
  const [topic, partitionText, offsetText, ...rest] = text.split('/');
  const partition = whole(partitionText);
  const offset = whole(offsetText);
  if (!topic || rest.length > 0 || partition === undefined || offset === undefined) return undefined;
  return { topic, partition, offset };
}

/** `partition:offset`, the id of a dead letter; undefined when the text is not one. */
export function parsePlace(text: string): { readonly partition: number; readonly offset: number } | undefined {
  const [partitionText, offsetText, ...rest] = text.split(':');
  const partition = whole(partitionText);
  const offset = whole(offsetText);
  if (rest.length > 0 || partition === undefined || offset === undefined) return undefined;
  return { partition, offset };
}
