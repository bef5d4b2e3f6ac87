import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DecisionRow, FollowNode, Status } from '../operations/operations.ts';
import { captured } from './testing/capture.ts';
import { treeLines } from './commands/follow.ts';
import { decisionLine, DecisionLines, linkTo } from './decision-lines.ts';
import { cell, cut, printTable } from './output.ts';
import { startLines } from './start-lines.ts';

const page = 'http://127.0.0.1:4747';
const row = (over: Partial<DecisionRow> = {}): DecisionRow => ({
  id: 'auto-promoter/1/evidence.changed/0/812/0',
  topic: 'winner.detected',
  group: 'auto-promoter',
  account_id: 'act_1',
  entity: 'Spring headlines',
  result: 'wins +12 % (+4 % to +20 %), e 812 of 600: "Save now"',
  at_ms: Date.UTC(2026, 2, 2, 9, 0),
  appended_ms: Date.UTC(2026, 2, 4, 13, 5),
  ...over,
});
const split = (over: Partial<DecisionRow> = {}): DecisionRow =>
  row({
    topic: 'allocation.proposed',
    group: 'thompson-sampling',
    entity: 'c1',
    result: 'split A 60 %, B 40 %',
    ...over,
  });

describe('a decision line', () => {
  it('names when it was decided, group, entity, result and a link', () => {
    const line = decisionLine(captured(), row(), page);
    expect(line).toMatch(/^2026-03-04 13:05 {2}auto-promoter {5} {2}Spring headlines {12} {2}wins \+12 %/);
    expect(line.endsWith(linkTo(page, row().id))).toBe(true);
  });

  it('stands in columns whatever is in it', () => {
    const starts = [row(), row({ entity: 'x'.repeat(90), result: 'y'.repeat(300) })].map((r) =>
      decisionLine(captured(), r, page).indexOf(page),
    );
    expect(new Set(starts).size).toBe(1);
  });

  it.each([80, 120, 220])(
    'keeps to a screen of %i columns, the result in lines of its own where it is long',
    (width) => {
      const lines = decisionLine(captured(width), row({ result: `wins ${'z'.repeat(400)}` }), page).split('\n');
      expect(lines).toHaveLength(3);
      expect(lines[1]).toContain('wins zzz');
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    },
  );
});

describe('decision lines', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function lines(): { printed: string[]; made: { n: number }; lines: DecisionLines } {
    const printed: string[] = [];
    const made = { n: 0 };
    return {
      printed,
      made,
      lines: new DecisionLines({
        out: captured(),
        page_url: page,
        print: (line) => printed.push(line),
        allocations: () => made.n,
      }),
    };
  }

  it('show a winner at once', () => {
    const { printed, lines: shown } = lines();
    shown.take([row()]);
    expect(printed).toHaveLength(1);
  });

  it('show few allocations singly, within a second', () => {
    const { printed, made, lines: shown } = lines();
    made.n = 2;
    shown.take([split(), split({ entity: 'c2' })]);
    expect(printed).toHaveLength(0);
    vi.advanceTimersByTime(1_000);
    expect(printed).toHaveLength(2);
  });

  it('make one line in ten seconds of many, and still show each winner at once', () => {
    const { printed, made, lines: shown } = lines();
    made.n = 5_000;
    shown.take([...Array.from({ length: 200 }, (_, i) => split({ entity: `c${i % 40}` })), row()]);
    vi.advanceTimersByTime(9_000);
    expect(printed).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect(printed).toHaveLength(2);
    expect(printed[0]).toContain('wins');
    expect(printed[1]).toContain('5,000 budget splits within 10 seconds, of 40+ campaigns');
  });

  it('count what was made since the last line only', () => {
    const { printed, made, lines: shown } = lines();
    made.n = 100;
    shown.take([split()]);
    vi.advanceTimersByTime(10_000);
    made.n = 101;
    shown.take([split()]);
    vi.advanceTimersByTime(1_000);
    expect(printed[0]).toContain('100 budget splits');
    expect(printed[1]).toContain('split A 60 %');
  });
});

const status = (over: Partial<Status> = {}): Status => ({
  version: '0.1.0',
  engine: 'embedded',
  data_folder: './data',
  resumed_at: null,
  money: { mode: 'dry_run', accounts_otherwise: { dry_run: 0, approve: 0, auto: 0 }, platform: 'simulated' },
  started_ms: 0,
  now_ms: 0,
  policy_version: null,
  configured_speed: 60,
  source: {
    kind: 'simulated',
    name: 'simulated account',
    speed: 60,
    clock_ms: null,
    progress: null,
    events_total: 0,
    finished: false,
    accounts: [],
  },
  groups: [],
  topics: [],
  summary: {
    events: 0,
    events_per_s: 0,
    experiments: 0,
    winners: 0,
    withdrawn: 0,
    undecided: 0,
    leaders: 0,
    blocked: 0,
    z_test_claims: 0,
    z_test_claims_adjusted: 0,
    allocations: 0,
    dead_letters: 0,
    alpha: 0.05,
  },
  ...over,
});

const alone = { engine: 'embedded', qdrant_url: null } as const;

describe('a start', () => {
  it('on Kafka says in one line that memory is of this process alone, unless there is a Qdrant', () => {
    const lines = (qdrant_url: string | null) =>
      startLines(captured(), status({ engine: 'kafka' }), page, { engine: 'kafka', qdrant_url });
    expect(lines(null).filter((line) => line.startsWith('memory'))).toEqual([
      expect.stringMatching(/in this process alone.*complete only with a Qdrant \(qdrant_url\)$/),
    ]);
    expect(lines('http://127.0.0.1:6333').filter((line) => line.startsWith('memory'))).toEqual([]);
  });

  it('says page, API, data folder, money mode and how to reset, in five lines', () => {
    const lines = startLines(captured(), status(), page, alone);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toContain(page);
    expect(lines[1]).toContain(`${page}/api`);
    expect(lines[2]).toContain('./data: new');
    expect(lines[3]).toContain('dry run. Changes of budgets are proposed');
    expect(lines[4]).toContain('flywheel reset --data ./data');
  });

  it('says where it resumed', () => {
    expect(startLines(captured(), status({ resumed_at: 12_345 }), page, alone)[2]).toContain(
      'resumed after 12,345 records',
    );
  });
});

const event = (topic: string, after_ms = 0): FollowNode['event'] => ({
  topic,
  partition: 0,
  offset: 1,
  appended_ms: Date.parse('2026-03-02T12:00:00Z') + after_ms,
  key: 'a',
  id: null,
  value: { x: 1 },
  error: null,
});

describe('a tree of causes', () => {
  it('hangs each effect under its cause, and says who has not seen it yet', () => {
    const node = (topic: string, more: Partial<FollowNode> = {}): FollowNode => ({
      event: event(topic),
      words: null,
      caused: [],
      pending: [],
      kept: [],
      ...more,
    });
    const winner = node('winner.detected', {
      event: event('winner.detected', 55),
      words: 'Spring headlines: wins +12 %',
    });
    const tree = node('ad.metrics', {
      caused: [node('evidence.changed', { event: event('evidence.changed', 40), caused: [winner] })],
      pending: ['thompson-sampling'],
      kept: ['totals'],
    });
    expect(treeLines(captured(), tree)).toEqual([
      'ad.metrics 0/1 2026-03-02 12:00:00 {"x":1}',
      '├─ evidence.changed 0/1 +40 ms (40 ms) {"x":1}',
      '│  └─ winner.detected 0/1 +15 ms (55 ms) Spring headlines: wins +12 %',
      '├─ totals keeps it and makes nothing of it by itself',
      '└─ thompson-sampling has it before it',
    ]);
  });
});

describe('text in columns', () => {
  it('is cut with a mark and filled to its width', () => {
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cell('ab', 4)).toBe('ab  ');
    expect(cut('a\n  b', 9)).toBe('a b');
  });

  it('makes a table without rules, numbers to the right', () => {
    const out = captured();
    printTable(
      out,
      [{ head: 'name' }, { head: 'n', right: true }],
      [
        ['a', '1'],
        ['bb', '10'],
      ],
    );
    expect(out.lines).toEqual(['name   n', 'a      1', 'bb    10']);
  });
});
