/** The program on a real broker and Redis, as it is started by people. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Services } from '../../testing/services/services.ts';
import { CliProcess, runProcess } from './testing/process.ts';

const services = new Services();
const folders: string[] = [];
let servers: Readonly<Record<string, string>>;

beforeAll(async () => {
  const [brokers, redis] = await Promise.all([services.kafka(), services.redis()]);
  const namespace = `t${randomUUID().slice(0, 8)}`;
  servers = {
    FLYWHEEL_ENGINE: 'kafka',
    FLYWHEEL_KAFKA_BROKERS: brokers.join(','),
    FLYWHEEL_REDIS_URL: redis,
    FLYWHEEL_NAMESPACE: namespace,
    FLYWHEEL_KAFKA_TOPIC_PREFIX: `${namespace}.`,
    FLYWHEEL_KAFKA_SESSION_MS: '6000',
    FLYWHEEL_PARTITIONS: '2',
    FLYWHEEL_PORT: '0',
  };
}, 120_000);
afterAll(async () => {
  await services.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-kafka-'));
  folders.push(folder);
  return folder;
};

const statusShape = z.object({
  engine: z.string(),
  groups: z.array(z.object({ group: z.string(), state: z.string(), lag: z.number(), events_total: z.number() })),
  summary: z.object({ events: z.number(), allocations: z.number() }),
});

const backtestShape = z.object({
  history: z.object({ events: z.number(), by_time: z.array(z.unknown()) }),
  fidelity: z.array(
    z.object({ topic: z.string(), recorded: z.number(), not_made_again: z.number(), not_in_log: z.number() }),
  ),
});

async function statusOf(folder: string): Promise<z.infer<typeof statusShape>> {
  const { stdout, stderr, code } = await runProcess(['status', '--json', '--data', folder], servers);
  expect(stderr).not.toContain('left open');
  if (code !== 0) throw new Error(`status ended with ${String(code)}: ${stderr}`);
  return statusShape.parse(JSON.parse(stdout));
}

describe('flywheel start --engine kafka', { timeout: 420_000 }, () => {
  it('runs on two instances that share the groups, one of them the source, and ends with 0 when asked to', async () => {
    const [one, two] = [newFolder(), newFolder()];
    const simulated = ['--source', 'simulated', '--speed', 'max', '--seed', '3'];
    const first = new CliProcess(['start', '--data', one, ...simulated], servers);
    await first.until(/page +http/, 120_000);
    const second = new CliProcess(['start', '--data', two, '--group', 'archivist', '--group', 'rag-memory'], servers);
    await second.until(/page +http/, 120_000);

    // A budget split is told where it is made; asked for by commands, each look would be a process of its own.
    await first.until(/thompson-sampling .*(budget splits within|#\/decisions\/)/, 120_000);
    const status = await statusOf(two);
    expect(status.engine).toBe('kafka');
    expect(status.summary.allocations).toBeGreaterThan(0);
    // The second sees all groups, those that it does not run too.
    for (const { group, state } of status.groups) expect({ group, state }).not.toEqual({ group, state: 'stopped' });
    expect(status.groups.find(({ group }) => group === 'thompson-sampling')?.events_total).toBeGreaterThan(0);

    // Told to stop while it still asks the brokers for partitions.
    const third = new CliProcess(['start', '--data', newFolder()], servers);
    await third.until(/page +http/, 120_000);
    for (const instance of [third, first, second]) {
      instance.kill('SIGTERM');
      const { code, stderr } = await instance.ended;
      // Each ends by itself, without anything that would keep it.
      expect({ code, errors: /error .*|left open.*/.exec(stderr)?.[0] ?? null }).toEqual({ code: 0, errors: null });
    }
    // What is committed is there for a command that opens the servers itself.
    const after = await statusOf(one);
    expect(after.summary.events).toBeGreaterThan(0);

    // So is the history, to be decided again.
    const policy = join(one, 'stricter.yaml');
    writeFileSync(policy, 'evidence: { min_lift: 5 }\n');
    const again = await runProcess(['backtest', '--policy', policy, '--json', '--data', one], servers);
    const { fidelity, history } = backtestShape.parse(JSON.parse(again.stdout));
    expect(history.events).toBeGreaterThan(20);
    expect(fidelity.find(({ topic }) => topic === 'allocation.proposed')?.recorded).toBeGreaterThan(0);
    // Every decision comes out: each group takes its records in the order of its journal, which is not that of times.
    expect(fidelity.filter(({ not_made_again, not_in_log }) => not_made_again + not_in_log > 0)).toEqual([]);
    expect(history.by_time).toEqual([]);
    expect({ code: again.code, stderr: again.stderr }).toMatchObject({ code: 0 });
  });

  it('says which server does not answer, and ends with a code', async () => {
    const away = { ...servers, FLYWHEEL_REDIS_URL: 'redis://127.0.0.1:1' };
    const { code, stderr } = await runProcess(['start', '--data', newFolder()], away);
    expect(stderr).toContain('Redis at 127.0.0.1:1 does not answer');
    expect(code).not.toBe(0);
    const group = await runProcess(['start', '--data', newFolder(), '--group', 'nobody'], servers);
    expect(group.stderr).toContain('there is no group nobody');
    expect(group.code).not.toBe(0);
  });
});
