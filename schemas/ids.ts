/**
 * Schema ids as they stand in records. Without a registry they come from this list, which only grows: an id once
 * used stays with its schema for as long as a record that carries it is kept.
 */
import { schemas } from './generated/schemas.ts';

/** A schema that records were written with. */
export interface WriterSchema {
  readonly topic: string;
  readonly version: number;
  /** The Avro schema as JSON. */
  readonly schema: unknown;
}

/** Which schema an id stands for, and which id a schema has. A schema registry's cache is another one of these. */
export interface SchemaIds {
  /** The id to write records of this topic and version with; undefined where it has none. */
  idOf(topic: string, version: number): number | undefined;
  /** The schema behind an id; undefined where the id is not known. */
  schemaOf(id: number): WriterSchema | undefined;
}

/** Topic → version → id. Give each new version the next free number; never change or reuse one. */
export const assignedIds: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  'ad.created': { 1: 700_001, 2: 700_012, 3: 700_015 },
  'experiment.declared': { 1: 700_002 },
  'ad.metrics': { 1: 700_003 },
  'tick.hourly': { 1: 700_004 },
  'policy.changed': { 1: 700_005, 2: 700_090 },
  'policy.proposed': { 1: 700_091 },
  'variation.proposed': { 1: 700_097 },
  'variation.decided': { 1: 700_098 },
  'promotion.measured': { 1: 700_099 },
  'evidence.changed': { 1: 700_006, 2: 700_011 },
  'winner.detected': { 1: 700_007, 2: 700_096 },
  'winner.withdrawn': { 1: 700_008 },
  'allocation.proposed': { 1: 700_009, 2: 700_112 },
  'dead.letter': { 1: 700_010 },
  'dna.extracted': { 1: 700_013, 2: 700_016 },
  'dna.formula.updated': { 1: 700_014, 2: 700_024 },
  'winner.indexed': { 1: 700_020 },
  'memory.recalled': { 1: 700_021 },
  'account.changed': { 1: 700_030 },
  'niche.contribution': { 1: 700_031 },
  'niche.pattern.updated': { 1: 700_032 },
  'prediction.made': { 1: 700_040, 2: 700_190 },
  'actuals.requested': { 1: 700_041, 2: 700_095 },
  'actuals.returned': { 1: 700_042 },
  'actuals.fetched': { 1: 700_043 },
  'model.retrain.requested': { 1: 700_045, 2: 700_093 },
  'accuracy.drifted': { 1: 700_044 },
  'accuracy.measured': { 1: 700_046 },
  'ensemble.reweighted': { 1: 700_050, 2: 700_092 },
  'model.trained': { 1: 700_051 },
  'improvement.measured': { 1: 700_052 },
  'model.rollback.requested': { 1: 700_055 },
  'cycle.requested': { 1: 700_053 },
  'cycle.progressed': { 1: 700_054 },
  'cycle.step.requested': { 1: 700_056 },
  'cycle.step.finished': { 1: 700_057 },
  'ad.fatigued': { 1: 700_060, 2: 700_061, 3: 700_150 },
  'memory.index.requested': { 1: 700_022, 2: 700_025, 3: 700_094 },
  'memory.recall.requested': { 1: 700_023 },
  'budget.change.requested': { 1: 700_070 },
  'budget.change.progressed': { 1: 700_071 },
  'budget.call.requested': { 1: 700_072 },
  'budget.call.returned': { 1: 700_073, 2: 700_142 },
  'budget.pool.requested': { 1: 700_074, 2: 700_141 },
  'budget.pool.answered': { 1: 700_075 },
  'operator.command': { 1: 700_076 },
  'operator.halt': { 1: 700_077 },
  'alert.raised': { 1: 700_120 },
  'alert.resolved': { 1: 700_121 },
  'alert.command': { 1: 700_122 },
  'notification.requested': { 1: 700_123 },
  'notification.settled': { 1: 700_124 },
  'digest.made': { 1: 700_125, 2: 700_180 },
  'group.observed': { 1: 700_126 },
  'account.health.changed': { 1: 700_078, 2: 700_140 },
  'proposal.made': { 1: 700_143 },
  'api.key.changed': { 1: 700_110 },
  'audit.recorded': { 1: 700_111 },
};

/** The schema of a topic's version as checked in; undefined where there is none. */
export function schemaFile(topic: string, version: number): unknown {
  const versions: unknown = Reflect.get(schemas, topic);
  return typeof versions === 'object' && versions !== null ? Reflect.get(versions, version) : undefined;
}

/** The highest version of a topic's schema that is checked in; 0 where there is none. */
export function newestVersion(topic: string): number {
  const versions: unknown = Reflect.get(schemas, topic);
  return typeof versions === 'object' && versions !== null ? Math.max(0, ...Object.keys(versions).map(Number)) : 0;
}

/** Ids out of a list like `assignedIds`; `find` gives the schema of a topic's version. */
export function listedIds(list: typeof assignedIds, find: (topic: string, version: number) => unknown): SchemaIds {
  const byId = new Map<number, WriterSchema>();
  for (const [topic, versions] of Object.entries(list))
    for (const [version, id] of Object.entries(versions)) {
      const schema = find(topic, Number(version));
      if (schema === undefined) throw new Error(`schema id ${id} names ${topic} version ${version}, which has no file`);
      if (byId.has(id))
        throw new Error(`schema id ${id} is given twice; give ${topic} version ${version} the next free`);
      byId.set(id, { topic, version: Number(version), schema });
    }
  return {
    idOf: (topic, version) => list[topic]?.[version],
    schemaOf: (id) => byId.get(id),
  };
}

export const checkedInIds: SchemaIds = listedIds(assignedIds, schemaFile);
