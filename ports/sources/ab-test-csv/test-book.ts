/** Rows become tests: a test's rows agree on what they say of it, and each package is one arm. */
import { brokenCell } from './row.ts';
import type { RecordedArm, RecordedRow, RecordedTest, RecordedTests } from './tests.ts';

interface OpenTest {
  readonly first: RecordedRow;
  readonly arms: RecordedArm[];
}

export class TestBook {
  readonly #file: string;
  readonly #tests = new Map<string, OpenTest>();
  /** Package → line. */
  readonly #packages = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws FlywheelError `csv.field` where the row contradicts an earlier one. */
  add(row: RecordedRow): void {
    const { test_id, arm, line } = row;
    const place = { file: this.#file, line };
    const earlier = this.#packages.get(arm.package_id);
    if (earlier !== undefined)
      throw brokenCell(
        place,
        'package_id',
        arm.package_id,
        `must be one row only, and line ${earlier} has it too`,
        'sum up the rows of a package, or give each its own id',
      );
    this.#packages.set(arm.package_id, line);
    const open = this.#tests.get(test_id);
    if (open === undefined) {
      this.#tests.set(test_id, { first: row, arms: [arm] });
      return;
    }
    const { first } = open;
    const what = `must be the same in all rows of test ${test_id}; line ${first.line} has another`;
    const repair = 'give all rows of a test what the first one has';
    if (row.created_ms !== first.created_ms)
      throw brokenCell(place, 'test_created_utc', new Date(row.created_ms).toISOString(), what, repair);
    if (row.randomised !== first.randomised)
      throw brokenCell(place, 'randomization_risk', row.randomised ? '0' : '1', what, repair);
    open.arms.push(arm);
  }

  /** The tests by creation. A test of one package compares nothing and is refused. */
  close(): Omit<RecordedTests, 'fingerprint'> {
    const tests: RecordedTest[] = [];
    for (const { first, arms } of this.#tests.values()) {
      if (arms.length < 2)
        throw brokenCell(
          { file: this.#file, line: first.line },
          'clickability_test_id',
          first.test_id,
          'must stand in at least two rows: a test compares packages',
          'add the other packages of the test, or take the row out',
        );
      tests.push({ test_id: first.test_id, created_ms: first.created_ms, randomised: first.randomised, arms });
    }
    tests.sort((a, b) => a.created_ms - b.created_ms || (a.test_id < b.test_id ? -1 : 1));
    return { tests, packages: this.#packages.size };
  }
}
