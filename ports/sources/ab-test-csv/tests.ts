/** Recorded A/B tests as a CSV has them: rows become packages, packages become tests. */

/** One package: what was shown, how often, and how often it was clicked, over the whole test. */
export interface RecordedArm {
  readonly package_id: string;
  readonly headline: string;
  readonly lede: string | null;
  readonly impressions: number;
  readonly clicks: number;
}

export interface RecordedTest {
  readonly test_id: string;
  /** When the test was made, UTC epoch milliseconds. */
  readonly created_ms: number;
  /** Readers were assigned at random, as far as is known. */
  readonly randomised: boolean;
  readonly arms: readonly RecordedArm[];
}

export interface RecordedTests {
  /** By time of creation, then id. */
  readonly tests: readonly RecordedTest[];
  readonly packages: number;
  /** SHA-256 of the file's bytes, the first 16 hexadecimal digits. */
  readonly fingerprint: string;
}

/** A row with what its test says of itself. */
export interface RecordedRow {
  readonly line: number;
  readonly test_id: string;
  readonly created_ms: number;
  readonly randomised: boolean;
  readonly arm: RecordedArm;
}
