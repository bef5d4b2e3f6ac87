/** Where an experiment stands, in words. */
import { logNeeded } from '../../../learning/evidence/course.ts';
import { detectableLift } from '../../../learning/evidence/lift.ts';
import { successesOf } from '../../../learning/evidence/metrics.ts';
import type { EvidencePolicy } from '../../../policy/evidence.ts';
import { count, evidence as inWords, percent } from '../words.ts';
import { day_ms } from '../../../schemas/values.ts';
import { lacksBlocks, leastImpressions, sampleRatio, type Status } from './status.ts';
import type { Following } from './state.ts';

const hours_per_day = 24;

export interface Found {
  readonly status: Status;
  readonly arm: number;
  readonly e_value: number;
  /** What the first winner of a family needs; what this one needs depends on others, whom this group does not know. */
  readonly needed: number;
  /** UTC epoch milliseconds. */
  readonly at_ms: number;
}

/** Evidence below this speaks for nobody. */
const least_telling = 1;

export function reasonOf(following: Following, found: Found, policy: EvidencePolicy): string {
  const { course } = following;
  const leads = leading(following, found);
  switch (found.status) {
    case 'leader':
      return `${leads}. The ads share an audience that nobody assigned, so this is a leader and never a winner.`;
    case 'blocked':
      return (
        `Impressions do not follow the planned shares (p ${sampleRatio(following).toExponential(1)}, below ${policy.srm_alpha}): ` +
        'the assignment is not what was declared, so no winner is named.'
      );
    case 'separated':
      return `${leads}, above the ${count(found.needed)} that the first winner of its family needs.`;
    case 'deciding':
      return `${leads}. The first winner of its family needs ${count(found.needed)}, each further one less.${outlook(following, found, policy)}`;
    case 'collecting':
      return (
        (course.block_hours === 0 ? calibrating(following) : collecting(following, policy)) +
        outlook(following, found, policy)
      );
  }
}

function leading({ declared }: Following, { arm, e_value }: Found): string {
  const ad = declared.arms[arm]?.ad_id;
  if (ad === undefined) return 'No ad leads all others';
  if (e_value < least_telling)
    return `No ad stands out: the strongest evidence is ${inWords(e_value)}, and 1 says nothing`;
  return `${ad} leads with evidence ${inWords(e_value)}`;
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
  return `${shown}${blocks}; a block takes at least ${course.block_hours} h at a rate of ${percent(course.block.rate)}.`;
}

/** When the planned days are over, UTC epoch milliseconds. */
export const plannedEnd = ({ start_ms, planned_days }: Following['declared']): number =>
  start_ms + planned_days * day_ms;

/** What the experiment can show at its pace, so that nobody waits for what it cannot; afterwards, what it could have. */
function outlook(following: Following, { at_ms, needed }: Found, policy: EvidencePolicy): string {
  const { planned_days: days } = following.declared;
  const over = at_ms >= plannedEnd(following.declared);
  const lift = detectable(following, needed, policy);
  const least = lift === null ? '' : percent(Math.ceil(lift * 100) / 100);
  if (over) {
    const could = lift === null || lift === Infinity ? '' : `: a lift of about ${least} or more would have shown`;
    return ` Its planned ${days} days are over${could}.`;
  }
  if (lift === null) return '';
  return lift === Infinity
    ? ` At this pace no lift shows within the planned ${days} days: they hold too few blocks.`
    : ` At this pace a lift of about ${least} or more shows within the planned ${days} days.`;
}

/** The least lift that is likely to show in the planned days; Infinity for none, null where that cannot be said. */
function detectable({ declared, rule, course }: Following, needed: number, policy: EvidencePolicy): number | null {
  if (rule.evidence === 'counts' || course.block_hours === 0) return null;
  const planned_hours = declared.planned_days * hours_per_day - rule.calibration_hours - rule.maturity_hours;
  const least = Math.min(...declared.arms.map((_, arm) => successesOf(rule.metric, course.totals, arm)));
  const successes = (least / course.hours) * planned_hours;
  const blocks = Math.floor(Math.min(planned_hours / course.block_hours, successes / rule.expected_successes));
  if (blocks < policy.min_blocks) return Infinity;
  return detectableLift(successes, blocks, logNeeded(needed, rule, course), rule.c2);
}
