/** What sending dead letters back would do, as it is shown before it is done. */

/** What sending one dead letter back would do. */
export interface PlannedLetterRow {
  /** `partition:offset` in the dead-letter topic. */
  readonly id: string;
  /** The group that refused it, to which alone it would go. */
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** Decided once more; refused again, since its bytes still mean nothing; or left out, since it is settled. */
  readonly outcome: 'decided' | 'refused' | 'nothing';
  /** Why it is refused or left out. */
  readonly reason: string | null;
  /** Other groups that took the record already, and those that will by themselves: none of them gets it again. */
  readonly handled_by: readonly string[];
  readonly not_yet: readonly string[];
  /** Letters of the same key that wait, are older and would not go: it would pass them. */
  readonly passes: number;
}

export interface RedrivePlan {
  /** The oldest that match, limited. */
  readonly rows: readonly PlannedLetterRow[];
  readonly total: number;
  readonly decided: number;
  readonly refused: number;
  readonly nothing: number;
}
