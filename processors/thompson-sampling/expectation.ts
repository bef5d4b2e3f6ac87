/** What an account's campaigns are expected to be like before they say: as its niche has it, else as the policy has. */
import type { Expectation } from '../../learning/allocation/prior.ts';
import type { AllocationPolicy } from '../../policy/allocation.ts';
import type { NichePatternUpdated } from '../../schemas/index.ts';
import type { AccountState, NicheExpectation } from './state.ts';

/** Standard deviation of log rates between accounts, where a niche does not say. */
const between_accounts = 0.7;

export function expectationOf({
  niche,
  mean_rate,
  mean_rate_log_sd,
  accounts_log_sd,
}: NichePatternUpdated): NicheExpectation {
  return {
    niche,
    rate: mean_rate ?? 0,
    log_sd: Math.hypot(mean_rate_log_sd ?? 0, accounts_log_sd ?? between_accounts),
  };
}

/** The policy's expectation, with the niche's rate where there is one. */
export const expected = ({ niche }: Pick<AccountState, 'niche'>, policy: AllocationPolicy): Expectation =>
  niche === undefined || niche.rate <= 0 || niche.rate >= 1
    ? policy
    : { ...policy, prior_rate: niche.rate, account_log_sd: niche.log_sd };
