import { topic } from '../../topology/topic.ts';
import type { ExperimentArm, ExperimentDeclared } from '../generated/types.ts';
import {
  type Rule,
  all,
  atLeastItems,
  between,
  broken,
  each,
  ids,
  notAfterLog,
  openRate,
  sumsToOne,
  text,
  times,
  unique,
  when,
} from '../rules/index.ts';
import { day_ms } from '../values.ts';

const plannedShare: Rule<Pick<ExperimentArm, 'planned_share'>> = ({ planned_share }) =>
  planned_share > 0 && planned_share <= 1
    ? undefined
    : broken('planned_share', planned_share, 'must be above 0 and at most 1', 'give a fraction: 50 % is 0.5');

const control: Rule<Pick<ExperimentDeclared, 'control_ad_id' | 'arms'>> = ({ control_ad_id, arms }) =>
  control_ad_id === null || arms.some(({ ad_id }) => ad_id === control_ad_id)
    ? undefined
    : broken(
        'control_ad_id',
        control_ad_id,
        'must be the ad_id of an arm',
        'name one of the arms, or give null: each arm against its best rival',
      );

const guardrails: Rule<Pick<ExperimentDeclared, 'guardrail_metrics' | 'primary_metric'>> = (value) => {
  const seen = new Set<string>([value.primary_metric]);
  for (const [i, metric] of value.guardrail_metrics.entries()) {
    if (seen.has(metric))
      return broken(
        `guardrail_metrics[${i}]`,
        metric,
        'must differ from the primary metric and the other guardrails',
        'leave it out',
      );
    seen.add(metric);
  }
  return undefined;
};

export const experimentDeclared = topic<ExperimentDeclared>()({
  name: 'experiment.declared',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: ['experiment_id'] },
  description: 'Which ads are compared, how they were assigned, and what decides.',
  writtenBy: 'the ad platform',
  check: all<ExperimentDeclared>(
    ids('account_id', 'experiment_id', 'campaign_id'),
    text('name', 1, 512),
    atLeastItems('arms', 2, 'an experiment compares at least two ads'),
    each('arms', all<ExperimentArm>(ids('ad_id', 'adset_id'), plannedShare)),
    unique('arms', '.ad_id', ({ ad_id }: ExperimentArm) => ad_id, 'each ad is one arm'),
    sumsToOne('arms', 'planned_share', ({ planned_share }: ExperimentArm) => planned_share),
    when(
      ({ design }) => design === 'parallel',
      unique(
        'arms',
        '.adset_id',
        ({ adset_id }: ExperimentArm) => adset_id,
        'a parallel design gives each ad its own ad set; else it is observational',
      ),
    ),
    control,
    guardrails,
    times('start_ms'),
    notAfterLog(366 * day_ms, 'start_ms'),
    between('planned_days', 1, 366, 'give the planned length in days'),
    openRate('expected_rate'),
  ),
});
