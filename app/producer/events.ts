/** Events that come from outside, checked as readers will check them. */
import { parseSchema, type RecordNode } from '../../schemas/avro/schema.ts';
import { fit } from '../../schemas/fit.ts';
import { schemaFile } from '../../schemas/ids.ts';
import {
  accountChanged,
  adCreated,
  adMetrics,
  alertCommand,
  cycleRequested,
  experimentDeclared,
  groupObserved,
  modelRollbackRequested,
  operatorCommand,
  variationDecided,
  type AccountChanged,
  type AdCreated,
  type AdMetrics,
  type AlertCommand,
  type CycleRequested,
  type ExperimentDeclared,
  type GroupObserved,
  type ModelRollbackRequested,
  type OperatorCommand,
  type VariationDecided,
} from '../../schemas/index.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { Topic, Violation } from '../../topology/topic.ts';

/** Fields that may be null may be left out as well. */
type Given<V> = { readonly [K in keyof V as null extends V[K] ? never : K]: V[K] } & {
  readonly [K in keyof V as null extends V[K] ? K : never]?: V[K];
};

/** What may be published, by topic; `docs/topics.md` says what each field means. */
export interface OutsideEvents {
  readonly 'ad.created': Given<AdCreated>;
  readonly 'ad.metrics': Given<AdMetrics>;
  readonly 'experiment.declared': Given<ExperimentDeclared>;
  readonly 'account.changed': Given<AccountChanged>;
  readonly 'cycle.requested': Given<CycleRequested>;
  readonly 'model.rollback.requested': Given<ModelRollbackRequested>;
  readonly 'operator.command': Given<OperatorCommand>;
  readonly 'variation.decided': Given<VariationDecided>;
  readonly 'alert.command': Given<AlertCommand>;
  readonly 'group.observed': Given<GroupObserved>;
}

export type OutsideTopic = keyof OutsideEvents;

/** Their topics. Policies and ticks go to every partition, and are written by Flywheel itself. */
export const outside: Readonly<Record<OutsideTopic, Topic>> = {
  'ad.created': adCreated,
  'ad.metrics': adMetrics,
  'experiment.declared': experimentDeclared,
  'account.changed': accountChanged,
  'cycle.requested': cycleRequested,
  'model.rollback.requested': modelRollbackRequested,
  'operator.command': operatorCommand,
  'variation.decided': variationDecided,
  'alert.command': alertCommand,
  'group.observed': groupObserved,
};

export const outsideTopics: readonly Topic[] = Object.values(outside);

interface Checked {
  readonly key: string;
  /** With the schema's defaults filled in. */
  readonly value: object;
}

const schemas = new Map<string, RecordNode>();

function schemaOf({ name, version }: Topic): RecordNode {
  const known = schemas.get(name) ?? parseSchema(schemaFile(name, version));
  schemas.set(name, known);
  return known;
}

/**
 * The event with its defaults, and the key that it goes under. `at_ms` is what its times are held against.
 * Throws `topic.unknown`, or `event.unfit` with the field, the value found, the rule and what to do.
 */
export function checked(topic: string, value: unknown, at_ms: number): Checked {
  const found = outsideTopics.find(({ name }) => name === topic);
  if (found === undefined || found.partitionKey === null)
    throw new FlywheelError('topic.unknown', { topic, known: outsideTopics.map(({ name }) => name).join(', ') });
  const fitted = fit(value, schemaOf(found));
  const [problem] = fitted.ok ? [found.check(fitted.value, at_ms)] : fitted.problems;
  if (problem !== undefined) throw unfit(topic, problem);
  if (!fitted.ok) throw new Error(`an event of ${topic} was refused without a reason`);
  return { key: String(fitted.value[found.partitionKey]), value: fitted.value };
}

const unfit = (topic: string, { field, value, rule, remedy }: Violation): FlywheelError =>
  new FlywheelError('event.unfit', { topic, field, value, rule, what_to_do: remedy });
