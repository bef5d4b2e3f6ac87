/** Where an experiment stands, in words. */
import { detectableLift } from '../../../learning/evidence/lift.ts';
import { successesOf } from '../../../learning/evidence/metrics.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import { count, evidence as inWords, percent } from '../words.ts';
import { lacksBlocks, leastImpressions, sampleRatio, type Status } from './status.ts';
import type { Following } from './state.ts';

const hours_per_day = 24;

export interface Found {
  readonly status: Status;
  readonly arm: number;
  readonly e_value: number;
  readonly needed: number;
}

export function reasonOf(following: Following, found: Found, policy: EvidencePolicy): string {
  const { declared, course } = following;
  const ad = declared.arms[found.arm]?.ad_id;
  const leads = ad === undefined ? 'No ad leads all others' : `${ad} leads with evidence ${inWords(found.e_value)}`;
  switch (found.status) {
    case 'leader':
      return `${leads}. The ads share an audience that nobody assigned, so this is a leader and never a winner.`;
    case 'blocked':
      return (
        `Impressions do not follow the planned shares (p ${sampleRatio(following).toExponential(1)}, below ${policy.srm_alpha}): ` +
        'the assignment is not what was declared, so no winner is named.'
      );
    case 'separated':
      return `${leads}, above the ${count(found.needed)} that it needs when it is the only winner of its family.`;
    case 'deciding':
      return `${leads}; ${count(found.needed)} is needed when it is the only winner of its family.${detectable(following)}`;
    case 'collecting':
      return course.block_hours === 0 ? calibrating(following) : collecting(following, policy);
  }
}

const calibrating = ({ course, rule }: Following): string =>
  `Hour ${course.hours} of the ${rule.calibration_hours} from which the length of a block is chosen.`;

function collecting(following: Following, policy: EvidencePolicy): string {
  const least = leastImpressions(following);
  const { course, rule } = following;
  const shown =
    least < policy.min_impressions_per_arm
      ? `${count(least)} of the ${count(policy.min_impressions_per_arm)} impressions that each ad needs`
      : `${count(least)} impressions of each ad`;
  if (rule.evidence === 'counts') return `${shown}.`;
  const blocks = lacksBlocks(following, policy) ? `, ${course.blocks} of ${policy.min_blocks} blocks` : '';
  return `${shown}${blocks}; a block takes at least ${course.block_hours} h at a rate of ${percent(course.block.rate)}.${detectable(following)}`;
}

/** What the experiment can show at its pace, so that nobody waits for what it cannot. */
function detectable({ declared, rule, course }: Following): string {
  if (rule.evidence === 'counts') return '';
  const least = Math.min(...declared.arms.map((_, arm) => successesOf(rule.metric, course.totals, arm)));
  const planned_hours = declared.planned_days * hours_per_day - rule.calibration_hours;
  const lift = detectableLift((least / course.hours) * planned_hours);
  if (!Number.isFinite(lift)) return '';
  return ` At this pace a lift of about ${percent(Math.ceil(lift * 100) / 100)} or more shows within the planned ${declared.planned_days} days.`;
}
