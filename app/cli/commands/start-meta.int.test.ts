import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainWorld } from '../../../testing/graph/plain-world.ts';
import { graphServer, type GraphServer } from '../../../testing/graph/server.ts';
import { status as statusShape } from '../../operations/results.ts';
import type { Status } from '../../operations/operations.ts';
import { CliProcess, runProcess } from '../testing/process.ts';

const token = 'EAAofTheTest1234567890';
const folder = mkdtempSync(join(tmpdir(), 'start-meta-'));
const data = join(folder, 'data');
let server: GraphServer;
let environment: Record<string, string>;

beforeAll(async () => {
  const campaigns = [{ adsets: 2, ads_each: 1, began_days_ago: 3 }];
  const accounts = [{ id: '200', time_zone: 'Europe/Berlin', campaigns }];
  server = await graphServer(plainWorld({ now_ms: Date.now(), app_secret: 'hush', tenants: [{ token, accounts }] }));
  writeFileSync(join(folder, 'token'), `${token}\n`);
  environment = {
    FLYWHEEL_META_BASE_URL: server.base_url,
    FLYWHEEL_META_TOKEN_FILE: join(folder, 'token'),
    FLYWHEEL_META_APP_SECRET: 'hush',
    FLYWHEEL_META_ACCESS: 'full',
  };
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const recordsOf = ({ topics }: Status, topic: string): number =>
  topics.find((one) => one.topic === topic)?.records ?? 0;

it('start --meta finds an account, reads it back and predicts its ads; doctor and status say how it stands', async () => {
  const doctor = await runProcess(['doctor', '--json', '--data', data], { ...environment, FLYWHEEL_SOURCE: 'meta' });
  const { findings } = JSON.parse(doctor.stdout) as { findings: { name: string; level: string; said: string }[] };
  const said = (name: string): unknown => findings.find((finding) => finding.name === name);
  expect(said('meta api')).toMatchObject({ level: 'fine' });
  expect(said('token')).toMatchObject({ level: 'fine', said: 'the account: does not expire' });
  expect(said('accounts')).toMatchObject({ level: 'fine', said: 'act_200' });

  const started = new CliProcess(['start', '--meta', '--data', data, '--port', '0'], environment);
  await started.until(/page {3}http/);
  let seen: Status;
  do {
    await sleep(500);
    const { stdout } = await runProcess(['status', '--json', '--data', data]);
    seen = statusShape.parse(JSON.parse(stdout));
  } while (seen.source.accounts[0]?.state !== 'fresh' || recordsOf(seen, 'prediction.made') < 2);
  expect(seen.source).toMatchObject({ kind: 'meta', name: 'Meta, 1 account', progress: null });
  expect(recordsOf(seen, 'ad.created')).toBe(2);
  expect(recordsOf(seen, 'experiment.declared')).toBe(1);
  expect(recordsOf(seen, 'ad.metrics')).toBeGreaterThanOrEqual(2 * 3 * 24);
  expect(seen.summary.dead_letters).toBe(0);
  const shown = await runProcess(['status', '--data', data]);
  expect(shown.stdout).toMatch(/act_200 {2}fresh, read .* ago/);
  started.kill('SIGINT');
  const { code, stdout, stderr } = await started.ended;
  expect(code).toBe(0);
  const log = readdirSync(data)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(join(data, name), 'utf8'));
  expect(log.join('')).toContain('account of Meta found');
  for (const text of [stdout, stderr, doctor.stdout, shown.stdout, ...log])
    expect(text).not.toMatch(/EAAofTheTest|hush/);
  expect(server.seen.violations).toEqual([]);
});
