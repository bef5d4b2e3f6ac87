import { topic } from '../../topology/topic.ts';
import type { ProposalCheck, ProposalMade } from '../generated/types.ts';
import { days } from '../values.ts';
import {
  type Rule,
  all,
  broken,
  each,
  ids,
  optionalCount,
  optionalCurrency,
  optionalId,
  text,
  times,
} from '../rules/index.ts';

const hoursOfDay: Rule<Pick<ProposalMade, 'hours'>> = ({ hours }) => {
  const odd = hours.find((hour, i) => hour < 0 || hour > 23 || hours.indexOf(hour) < i);
  return odd === undefined
    ? undefined
    : broken('hours', odd, 'must be hours from 0 to 23, each once', 'name each hour once');
};

export const proposalMade = topic<ProposalMade>()({
  name: 'proposal.made',
  partitionKey: 'account_id',
  version: 1,
  retention: { keep_ms: days(730), compactBy: [] },
  description: 'Something that a person may do on the platform, with what speaks for it and against it.',
  check: all<ProposalMade>(
    ids('account_id', 'proposal_id', 'campaign_id', 'policy_version'),
    optionalId('experiment_id'),
    optionalId('ad_id'),
    hoursOfDay,
    optionalCount('daily_minor'),
    optionalCurrency('currency'),
    each('checks', all<ProposalCheck>(text('check', 1, 64), text('words', 1, 1_000))),
    text('reason', 1, 10_000),
    times('at_ms'),
  ),
});
