import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exampleOf } from '../../schemas/examples.ts';
import { loadConfig } from '../config/load.ts';
import type { Flywheel } from '../flywheel.ts';
import { runCli } from './program.ts';
import { captured, type Captured } from './testing/capture.ts';
import { doubleTopology } from '../operations/doubles.ts';
import { doubleRoot, doubleRootOf } from './testing/double-root.ts';
import { runProcess } from './testing/process.ts';

const hour_ms = 3_600_000;
const partition = 0;

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'flywheel-cli-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Ran extends Captured {
  readonly code: number;
}

/** Runs a command on the test's folder; `answers` replies to questions. */
async function flywheel(argv: readonly string[], answers?: boolean, root = doubleRoot): Promise<Ran> {
  const out = captured();
  const environment = { FLYWHEEL_DATA_FOLDER: join(folder, 'data'), FLYWHEEL_PARTITIONS: '1', FLYWHEEL_PORT: '0' };
  const code = await runCli(root, argv, { out, environment, confirm: () => Promise.resolve(answers ?? false) });
  return { ...out, code };
}

const json = <T>(shape: z.ZodType<T>, { lines }: Ran): T => shape.parse(JSON.parse(lines.join('\n')));

/** A file of hourly metrics of one experiment; 40 clicks each, so that the third makes a winner. */
function metricsFile(hours: number, over: (hour: number) => object = () => ({})): string {
  const now = Date.now() - (Date.now() % hour_ms);
  const lines = Array.from({ length: hours }, (_, i) => {
    const window_start_ms = now - (hours + 2 - i) * hour_ms;
    const window = { window_start_ms, window_end_ms: window_start_ms + hour_ms, as_of_ms: window_start_ms + hour_ms };
    return JSON.stringify({
      ...exampleOf('ad.metrics'),
      ...window,
      impressions: 800,
      clicks: 50,
      link_clicks: 40,
      reach: null,
      ...over(i),
    });
  });
  const file = join(folder, 'metrics.ndjson');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const decisions = z.object({ rows: z.array(z.array(z.unknown())) });

/** The id of the one winner, by asking the log for what the third record caused. */
const winner_id = `promote/1/evidence.changed/${partition}/2/0`;

describe('publish', () => {
  it("takes a topic's example", async () => {
    const ran = await flywheel(['publish', '--example', 'experiment.declared']);
    expect([ran.code, ran.lines]).toEqual([0, ['1 accepted into experiment.declared.']]);
  });

  it('reports a bad line with its number and field, takes the others, and says no', async () => {
    const ran = await flywheel([
      'publish',
      '--topic',
      'ad.metrics',
      metricsFile(3, (i) => (i === 1 ? { clicks: 9_000 } : {})),
      '--json',
    ]);
    expect(ran.code).toBe(1);
    expect(json(z.unknown(), ran)).toMatchObject({ accepted: 2, rejected: [{ line: 2, field: 'clicks' }] });
  });

  it('goes on behind what is in the log when a file has grown', async () => {
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(2)]);
    const lines = metricsFile(2);
    const again = await flywheel(['publish', '--topic', 'ad.metrics', lines, '--json']);
    expect(json(z.unknown(), again)).toEqual({ accepted: 0, rejected: [], resumed_at_line: 2 });
  });

  it('asks for what is missing', async () => {
    const ran = await flywheel(['publish']);
    expect(ran.code).toBe(64);
    expect(ran.notes.join('\n')).toContain('add --topic TOPIC, or --example TOPIC');
    expect((await flywheel(['publish', '--topic', 'ad.metric', 'x'])).code).toBe(66);
    expect((await flywheel(['publish', '--topic', 'ad.metrics', 'nowhere.ndjson'])).notes[0]).toContain(
      'nowhere.ndjson',
    );
  });
});

describe('a decision', () => {
  beforeEach(async () => void (await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(4)])));

  it('is explained from raw events, and made again', async () => {
    const ran = await flywheel(['explain', winner_id]);
    expect(ran.code).toBe(0);
    const text = ran.lines.join('\n');
    expect(text).toContain('decided again from the log: the same event');
    expect(text).toContain(`because   evidence.changed/${partition}/2`);
    expect(text).toContain('newest 3 of 3');
  });

  it('is followed forward as a tree', async () => {
    const ran = await flywheel(['follow', `ad.metrics/${partition}/2`]);
    expect(ran.lines.map((line) => line.replace(/ \d+\/\d+ .*/, ''))).toEqual([
      'ad.metrics',
      '└─ evidence.changed',
      '   └─ winner.detected',
    ]);
  });

  it('that never was is not found', async () => {
    const ran = await flywheel(['explain', 'promote/1/evidence.changed/0/77/0']);
    expect(ran.code).toBe(66);
    expect(ran.notes[0]).toContain('there is no decision promote/1/evidence.changed/0/77/0');
  });
});

describe('dead letters', () => {
  beforeEach(
    async () =>
      void (await flywheel([
        'publish',
        '--topic',
        'ad.metrics',
        metricsFile(3, (i) => (i === 0 ? { impressions: 950 } : {})),
      ])),
  );

  it('are listed, shown with what decoders say, and sent back after a yes', async () => {
    const list = json(
      z.object({ total: z.number(), rows: z.array(z.object({ id: z.string(), stage: z.string() })) }),
      await flywheel(['dead-letters', 'list', '--json']),
    );
    expect(list.rows.map(({ stage }) => stage)).toEqual(['parked', 'parked', 'decide']);
    const shown = (await flywheel(['dead-letters', 'show', list.rows[2]?.id ?? ''])).lines.join('\n');
    expect(shown).toContain('no account has 950 impressions an hour');
    expect(shown).toMatch(/yes Avro/);
    const plan = await flywheel(['dead-letters', 'redrive', '--all', '--plan']);
    expect(plan.lines.join('\n')).toMatch(/0:0 .* decided +\w/);
    expect(plan.lines.at(-1)).toContain('3 would be decided once more');
    expect((await flywheel(['dead-letters', 'redrive', '--all'], false)).code).toBe(64);
    expect((await flywheel(['dead-letters', 'redrive', '--all'], true)).lines[0]).toContain('3 sent back, of 1 key');
    expect((await flywheel(['dead-letters', 'redrive', '0:0', '--yes'])).lines[0]).toContain('Nothing to send back');
  });

  it('that do not exist are not found', async () => {
    expect((await flywheel(['dead-letters', 'show', '0:99'])).code).toBe(66);
    expect((await flywheel(['dead-letters', 'redrive'])).notes.join('\n')).toContain('--all');
  });
});

describe('a backtest', () => {
  const policyFile = (text: string): string => {
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, text);
    return file;
  };

  it('prints what the policies differ in, that the log is decided again, and what cannot be known', async () => {
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(4)]);
    const ran = await flywheel(['backtest', '--policy', policyFile('evidence:\n  min_lift: 0.1\n')]);
    expect(ran.code).toBe(0);
    const text = ran.lines.join('\n');
    expect(text).toMatch(/evidence\.min_lift +0 +0\.1/);
    expect(text).toMatch(/under the recorded policy: (\d+) of \1 recorded decisions made again/);
    expect(text).toMatch(/winners +1 +0 +0 +0 +0 +0/);
    expect(text).toContain('cannot be known');
  });

  it('prints one JSON value', async () => {
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(4)]);
    const ran = await flywheel(['backtest', '--policy', policyFile('{}'), '--json']);
    const shape = z.object({ policy: z.object({ changes: z.array(z.unknown()) }), effect: z.null() });
    expect(json(shape, ran)).toMatchObject({ policy: { changes: [] } });
  });

  it.each([
    ['no file', () => 'nowhere.yaml', 66, 'there is no file nowhere.yaml'],
    ['no YAML', () => policyFile('a: [1'), 65, 'policy.yaml:1'],
    ['an unknown field', () => policyFile('evidence:\n  alfa: 1\n'), 65, 'evidence.alfa'],
    ['an empty folder', () => policyFile('{}'), 66, 'holds no data yet'],
  ])('with %s says so', async (_, file, code, message) => {
    const ran = await flywheel(['backtest', '--policy', file()]);
    expect(ran.code).toBe(code);
    expect(ran.notes.join('\n')).toContain(message);
  });

  it('with a log that holds no event of a source, or none in the span, says so', async () => {
    await flywheel(['publish', '--example', 'policy.changed']);
    const empty = await flywheel(['backtest', '--policy', policyFile('{}')]);
    expect([empty.code, empty.notes.join('\n')]).toEqual([66, expect.stringContaining('nothing to decide on')]);
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(2)]);
    const late = await flywheel(['backtest', '--policy', policyFile('{}'), '--since', '2999-01-01']);
    expect([late.code, late.notes.join('\n')]).toEqual([66, expect.stringContaining('in this span of time')]);
    expect((await flywheel(['backtest', '--policy', policyFile('{}'), '--since', 'monday'])).code).toBe(64);
  });
});

describe('the books', () => {
  it('are rebuilt equal to what is stored', async () => {
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(4)]);
    const ran = await flywheel(['rebuild', 'count']);
    expect([ran.code, ran.lines[1]]).toEqual([0, 'equal to the stored state']);
    const replaced = await flywheel(['rebuild', 'count', '--replace']);
    expect([replaced.code, ...replaced.lines.slice(1)]).toEqual([
      0,
      'in place of the stored ones: 1 state and 0 parts, where 1 state and 0 parts were',
      'equal to the stored state',
    ]);
    expect((await flywheel(['rebuild', 'count'])).lines[1]).toBe('equal to the stored state');
    const unknown = await flywheel(['rebuild', 'counts']);
    expect([unknown.code, unknown.notes.join('\n')]).toEqual([66, expect.stringContaining('count, promote')]);
  });

  it('that newer code wrote are told apart from those that differ, and older code makes them again', async () => {
    const newer = doubleRootOf({
      ...doubleTopology,
      processors: doubleTopology.processors.map((one) =>
        one.wiring.group === 'count'
          ? { ...one, wiring: { ...one.wiring, state: { ...one.wiring.state, version: 2 } } }
          : one,
      ),
    });
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(4)], false, newer);
    const told = [
      '1 stored value cannot be read by this code',
      expect.stringMatching(/^ {2}\S+ \/ /),
      expect.stringMatching(
        /^ {4}stored {2}cannot be read: state of group count .* version 2, this code reads 1; .*--replace/,
      ),
      expect.stringMatching(/^ {4}rebuilt \{/),
    ];
    const ran = await flywheel(['rebuild', 'count']);
    expect([ran.code, ...ran.lines.slice(1)]).toEqual([1, 'differs from the stored state:', ...told]);
    const replaced = await flywheel(['rebuild', 'count', '--replace']);
    expect([replaced.code, ...replaced.lines.slice(2)]).toEqual([0, 'differed from the stored state:', ...told]);
    expect((await flywheel(['rebuild', 'count'])).lines[1]).toBe('equal to the stored state');
  });

  it('are tables of SQL', async () => {
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(4)]);
    const ran = await flywheel([
      'query',
      'select "group", offset, lag from flywheel.cursors where topic = \'ad.metrics\'',
      '--json',
    ]);
    expect(json(decisions, ran).rows).toEqual([['count', 4, 0]]);
    const state = await flywheel([
      'query',
      "select JSONExtractInt(state, 'clicks') from flywheel.state where \"group\" = 'count'",
      '--json',
    ]);
    expect(json(decisions, state).rows).toEqual([[160]]);
    for (const table of ['groups', 'watermarks', 'outbox', 'journal', 'parked', 'dead_letters'])
      expect((await flywheel(['query', `select * from flywheel.${table}`])).code).toBe(0);
    expect((await flywheel(['query', 'drop table flywheel.state'])).code).toBe(64);
  });
});

describe('a folder', () => {
  it('without a store is not made by looking', async () => {
    expect((await flywheel(['status'])).code).toBe(66);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('is emptied only after a yes, with what it holds shown', async () => {
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(4)]);
    const asked = await flywheel(['reset'], false);
    expect(asked.code).toBe(1);
    expect(asked.lines.join('\n')).toMatch(/4 {2}ad\.metrics/);
    expect((await flywheel(['reset', '--yes'])).code).toBe(0);
    expect(existsSync(join(folder, 'data'))).toBe(false);
    expect((await flywheel(['reset', '--yes'])).lines[0]).toContain('holds nothing');
  });

  it('forgets one group after a yes, and makes its state again from the log', async () => {
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(4)]);
    const clicks = async (): Promise<unknown> => {
      const sql = `select JSONExtractInt(state, 'clicks') from flywheel.state where "group" = 'count'`;
      return json(decisions, await flywheel(['query', sql, '--json'])).rows;
    };
    const before = await clicks();
    expect((await flywheel(['reset', '--group', 'count'], false)).code).toBe(1);
    expect((await flywheel(['reset', '--group', 'nobody', '--yes'])).code).toBe(66);
    const { lines } = await flywheel(['reset', '--group', 'count', '--yes']);
    expect(lines).toEqual([
      'count keeps 1 state; the log stays.',
      'count begins its run 2 with the next start: it reads the log from its beginning.',
    ]);
    expect(await clicks()).toEqual(before);
  });

  it('gives up a dead letter that is named', async () => {
    await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(1, () => ({ impressions: 950 }))]);
    expect((await flywheel(['dead-letters', 'discard', '0:0'])).code).toBe(64);
    expect((await flywheel(['dead-letters', 'discard', '0:0', '--yes'])).lines).toEqual(['1 given up, of 1 key.']);
    expect((await flywheel(['dead-letters', 'discard', '0:0', '--yes'])).lines[0]).toContain('Nothing to give up');
    expect((await flywheel(['dead-letters', 'show', '0:0'])).lines.join('\n')).toMatch(/state +discarded/);
  });

  it('says what is missing and what is fine', async () => {
    const report = json(
      z.object({ findings: z.array(z.object({ name: z.string(), level: z.string() })) }),
      await flywheel(['doctor', '--json']),
    );
    expect(
      report.findings
        .filter(({ name }) => ['node', 'folder', 'port', 'analytics'].includes(name))
        .map(({ level }) => level),
    ).toEqual(['fine', 'fine', 'fine', 'fine']);
  });
});

describe('while an engine runs in the folder', () => {
  let running: Flywheel;

  beforeEach(async () => {
    const environment = { FLYWHEEL_DATA_FOLDER: join(folder, 'data'), FLYWHEEL_PARTITIONS: '1', FLYWHEEL_PORT: '0' };
    const { config } = loadConfig({ flags: {}, environment, file: null, topics: [] });
    running = await doubleRoot.open(config, { source: true });
    await running.start();
    await running.serve();
  });
  afterEach(() => running.stop());

  it('commands go through it', async () => {
    expect((await flywheel(['publish', '--topic', 'ad.metrics', metricsFile(4)])).lines[0]).toContain('4 accepted');
    await running.drain();
    const followed = await flywheel(['follow', `ad.metrics/${partition}/2`, '--json']);
    expect(JSON.stringify(json(z.unknown(), followed))).toContain('winner.detected');
    expect((await flywheel(['explain', winner_id])).code).toBe(0);
    expect((await flywheel(['status'])).lines.join('\n')).toMatch(/count +idle +4/);
    expect((await flywheel(['rebuild', 'promote'])).lines[1]).toBe('equal to the stored state');
    expect((await flywheel(['speed', 'max'])).notes[0]).toContain('no source is running');
  });

  it('a second start says where the first runs', async () => {
    const ran = await flywheel(['start', '--no-source']);
    expect(ran.code).toBe(75);
    expect(ran.notes.join('\n')).toMatch(/is in use by process \d+, at http:\/\/127\.0\.0\.1:\d+/);
  });

  it('a reset is refused, and state that would be put in place of the stored one', async () => {
    expect((await flywheel(['rebuild', 'count', '--replace'])).code).toBe(75);
    expect((await flywheel(['reset', '--yes'])).code).toBe(75);
  });

  it('a busy port names its flag', async () => {
    const { port } = new URL((await running.serve()).url);
    const ran = await flywheel(['start', '--data', join(folder, 'other'), '--port', port]);
    expect(ran.code).toBe(75);
    expect(ran.notes.join('\n')).toContain('--port');
  });
});

describe('every command', () => {
  const names = [
    'start',
    'status',
    'speed',
    'publish',
    'topology',
    'explain',
    'follow',
    'query',
    'dead-letters',
    'rebuild',
    'evaluate',
    'doctor',
    'reset',
  ];

  it.each(names)('%s has help with an example', async (name) => {
    const ran = await flywheel([name, '--help']);
    expect(ran.code).toBe(0);
    expect(ran.lines.join('\n')).toMatch(new RegExp(`Examples?:\\n {2}\\$ flywheel ${name}`));
  });

  it('is listed, with the exit codes', async () => {
    const text = (await flywheel(['--help'])).lines.join('\n');
    for (const name of names) expect(text).toContain(`  ${name} `);
    expect(text).toContain('Exit codes:');
  });

  it('that is misspelt is answered with the one that was meant', async () => {
    const ran = await flywheel(['statsu']);
    expect([ran.code, ran.notes.join('\n')]).toEqual([64, expect.stringContaining('status')]);
    expect((await flywheel(['status', '--jsno'])).code).toBe(64);
  });

  it('names the setting that is wrong', async () => {
    const ran = await flywheel(['start', '--port', '99999']);
    expect([ran.code, ran.notes[0]]).toEqual([78, expect.stringContaining('--port: 99999')]);
  });

  it('writes plain text into a pipe, on a CI server too, unless colour is asked for', async () => {
    const piped = { NO_COLOR: '', FORCE_COLOR: '', CI: 'true' };
    expect((await runProcess(['statsu'], piped)).stderr).toMatch(/^error {2}/);
    expect((await runProcess(['statsu'], { ...piped, FORCE_COLOR: '1' })).stderr).toContain('\u001b[31merror');
  });
});

describe('topology', () => {
  it('prints exactly groups and topics as JSON', async () => {
    const ran = await flywheel(['topology', '--json']);
    expect(JSON.parse(ran.lines.join('\n'))).toEqual({
      groups: [
        { name: 'count', reads: ['ad.metrics', 'tick.hourly'], emits: ['evidence.changed'], writes: [] },
        { name: 'promote', reads: ['evidence.changed'], emits: ['winner.detected'], writes: [] },
      ],
      topics: [
        'ad.created',
        'ad.metrics',
        'api.key.changed',
        'audit.recorded',
        'dead.letter',
        'evidence.changed',
        'experiment.declared',
        'policy.changed',
        'policy.proposed',
        'tick.hourly',
        'winner.detected',
        'winner.withdrawn',
      ],
    });
  });
});
