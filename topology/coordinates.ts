/** How events and rows are named: by the record that caused them. */

/**
 * Name of an event of ours: the record that caused it. A redo after a lost commit names the same events, so a
 * reader drops what it took before. `ordinal` counts what one input record caused.
 */
export interface CauseName {
  readonly group: string;
  /** Rises when the group is reset or repartitioned; a higher run supersedes. */
  readonly run: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly ordinal: number;
}

/** A decision's id as people and links write it: `group/run/topic/partition/offset/ordinal`. */
export const nameOf = (c: CauseName): string =>
  `${c.group}/${c.run}/${c.topic}/${c.partition}/${c.offset}/${c.ordinal}`;

/** Coordinates of what caused a row; with the row's table they identify it, so that a row sent twice is one row. */
export interface Row {
  readonly table: string;
  readonly value: object;
  readonly name: CauseName;
  readonly at_ms: number;
  /** Trace context of the row (W3C), where its cause has one. */
  readonly traceparent?: string;
}
