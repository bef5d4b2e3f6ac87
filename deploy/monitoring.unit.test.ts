import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { Metrics } from '../app/gateway/metrics.ts';
import { Measures } from '../app/observe/measures.ts';
import { sceneStatus } from '../app/dashboard/testing/scene.ts';
import { emptyHead } from '../engine/ledger.ts';
import type { TaskStanding } from '../engine/standing/standing.ts';
import { asked } from '../testing/promql.ts';

const read = (...path: string[]): string => readFileSync(join(import.meta.dirname, ...path), 'utf8');

const target = z.object({ expr: z.string(), legendFormat: z.string(), datasource: z.object({ uid: z.string() }) });
const panel = z.object({
  id: z.number(),
  type: z.enum(['row', 'stat', 'timeseries']),
  title: z.string().min(1),
  description: z.string().optional(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(target).default([]),
});
const dashboard = z.object({ uid: z.string(), title: z.string(), editable: z.literal(false), panels: z.array(panel) });

const folder = join(import.meta.dirname, 'grafana/dashboards');
const dashboards = readdirSync(folder).map((file) => dashboard.parse(JSON.parse(read('grafana/dashboards', file))));
const panels = dashboards.flatMap((one) => one.panels);

const rule = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+[smh]$/)
    .optional(),
  labels: z.object({ severity: z.enum(['page', 'warn']) }),
  annotations: z.object({ summary: z.string().min(20), remedy: z.string().min(20) }),
});
const rules = z
  .object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) })
  .parse(parse(read('prometheus/alerts.yml')))
  .groups.flatMap((group) => group.rules);

const prometheus = z
  .object({
    rule_files: z.array(z.string()),
    scrape_configs: z.array(
      z.object({
        job_name: z.string(),
        metrics_path: z.string().default('/metrics'),
        static_configs: z.array(z.object({ targets: z.array(z.string()) })),
      }),
    ),
  })
  .parse(parse(read('prometheus/prometheus.yml')));

/** What the engine on Kafka measures of its steps, after one batch. */
async function measured(): Promise<string> {
  const measures = new Measures();
  for (const step of ['read', 'decide', 'commit'] as const) measures.step(step, { group: 'a', partition: 0 });
  measures.rebalanced('a');
  return measures.text();
}

/** A source that is a platform. */
const accounts = [
  { account_id: 'act_1', state: 'stale', progress: null, read_ms: sceneStatus.now_ms - 1, problem: null },
] as const;

/** A task of this instance. */
const task: TaskStanding = {
  group: 'a',
  partition: 0,
  here: true,
  state: 'running',
  reason: null,
  offsets: new Map(),
  lag: 0,
  undelivered: 0,
  outbox_bytes: 0,
  parked_keys: 0,
  cache: { hits: 3, misses: 1, entries: 4 },
  head: emptyHead,
};

/** Metric → its labels, as the gateway writes them. */
async function exported(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  const status = { ...sceneStatus, source: { ...sceneStatus.source, accounts } };
  const text = `${await new Metrics().text(status, [task])}\n${await measured()}`;
  for (const line of text.split('\n')) {
    const [, name, labels = ''] = /^([a-z_0-9]+)(?:\{(.*)\})? /i.exec(line) ?? [];
    if (name === undefined) continue;
    const own = found.get(name) ?? new Set();
    for (const [, label] of labels.matchAll(/([a-z_]\w*)="/gi)) if (label !== undefined) own.add(label);
    found.set(name, own);
  }
  return found;
}

const expressions = [...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...rules.map((r) => r.expr)];
/** What Prometheus adds itself. */
const added = { metrics: ['up'], labels: ['job', 'instance'] };

describe('dashboards and alerts', () => {
  it('ask for metrics and labels that the gateway exports, in valid PromQL', async () => {
    const metrics = await exported();
    expect(metrics.size).toBeGreaterThan(20);
    const unknown = expressions.flatMap((expression) => {
      const { metrics: names, labels } = asked(expression);
      const ours = names.filter((name) => !added.metrics.includes(name));
      const known = new Set([...added.labels, ...ours.flatMap((name) => [...(metrics.get(name) ?? [])])]);
      return [
        ...ours.filter((name) => !metrics.has(name)),
        ...labels.filter((label) => !known.has(label)).map((label) => `${expression}: no label ${label}`),
      ];
    });
    expect(unknown).toEqual([]);
    expect(expressions.length).toBeGreaterThan(20);
    expect(() => asked('rate(flywheel_group_events_total[1m')).toThrow(/not PromQL/);
    expect(asked('sum by (group) (rate(a_total{job="x"}[1m]))')).toEqual({
      metrics: ['a_total'],
      labels: ['group', 'job'],
    });
  });

  it('show every metric of groups that there is', async () => {
    const shown = new Set(panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => asked(expr).metrics)));
    const of_groups = [...(await exported()).keys()].filter((name) => /^flywheel_(group|topic)_/.test(name));
    expect(of_groups.filter((name) => !shown.has(name))).toEqual(
      ['flywheel_group_up'].filter((name) => !shown.has(name)),
    );
  });

  it('lay panels beside each other, each with a title, a source of data and words for its lines', () => {
    const taken = new Set<string>();
    for (const { gridPos, type, targets, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken.has(`${x}/${y}`), title).toBe(false);
          taken.add(`${x}/${y}`);
        }
      if (type !== 'row') expect(targets.length, title).toBeGreaterThan(0);
      for (const { datasource, legendFormat } of targets) {
        expect(datasource.uid).toBe(provisioned.uid);
        expect(legendFormat).not.toBe('');
      }
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it('say of each alert what to do, by commands that exist', () => {
    const commands = readdirSync(join(import.meta.dirname, '../app/cli/commands')).map((file) =>
      file.replace('.ts', ''),
    );
    const known = new Set(commands);
    for (const { annotations } of rules)
      for (const [, command = ''] of annotations.remedy.matchAll(/flywheel ([a-z-]+)/g))
        expect(known).toContain(command);
  });
});

const provisioned = z
  .object({ datasources: z.array(z.object({ uid: z.string(), url: z.string(), type: z.literal('prometheus') })) })
  .parse(parse(read('grafana/provisioning/datasources/prometheus.yml'))).datasources[0] ?? { uid: '', url: '' };

describe('Prometheus and Grafana', () => {
  it('find each other, Flywheel, the rules and the dashboards where Compose puts them', () => {
    const compose = readFileSync(join(import.meta.dirname, '../docker-compose.yml'), 'utf8');
    const targets = prometheus.scrape_configs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
    expect(targets).toContain('flywheel:4747');
    expect(prometheus.scrape_configs.find((job) => job.job_name === 'flywheel')?.metrics_path).toBe('/metrics');
    expect(prometheus.rule_files).toEqual(['alerts.yml']);
    expect(provisioned.url).toBe('http://prometheus:9090');
    const [, place] = /path: (\S+)/.exec(read('grafana/provisioning/dashboards/flywheel.yml')) ?? [];
    expect(compose).toContain(`./deploy/grafana/dashboards:${place ?? ''}:ro`);
    expect(compose).toContain('./deploy/prometheus:/etc/prometheus:ro');
  });
});
