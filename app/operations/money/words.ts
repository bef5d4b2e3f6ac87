/** Whether money may move, in the words of the page and the terminal. */
import type { MoneyMode } from '../../../policy/money.ts';
import type { MoneyStanding } from './view.ts';
import { counted } from '../format/numbers.ts';

const names: Readonly<Record<MoneyMode, string>> = { dry_run: 'dry run', approve: 'approve', auto: 'auto' };

/** The mode of all, and how many accounts have another: `dry run; 2 accounts approve`. */
export function modeWords({ mode, accounts_otherwise }: MoneyStanding): string {
  const others = (['dry_run', 'approve', 'auto'] as const)
    .filter((other) => accounts_otherwise[other] > 0)
    .map((other) => `${counted(accounts_otherwise[other], 'account')} ${names[other]}`);
  return [names[mode], ...others].join('; ');
}

/** Whether a budget on a real platform may be written, by a person's word or without one. */
export const movesMoney = (standing: MoneyStanding): boolean =>
  standing.platform === 'meta' && freest(standing) !== 'dry_run';

/** What becomes of a budget that is decided on, in a few words; the freest account counts. */
export function moneyWords(standing: MoneyStanding): string {
  if (!movesMoney(standing)) return 'no real money moves';
  return freest(standing) === 'auto' ? 'budgets on Meta change by themselves' : 'budgets on Meta change once approved';
}

/** The same at length. */
export function moneyMeaning(standing: MoneyStanding): string {
  const mode = freest(standing);
  if (standing.platform === null)
    return 'There is no ad platform to write to: changes of budgets are proposed and kept.';
  if (standing.platform === 'simulated')
    return mode === 'dry_run'
      ? 'Changes of budgets are proposed and kept; the simulated platform follows proposed splits.'
      : 'Changes of budgets are written to the simulated platform, where no money is.';
  if (mode === 'dry_run') return 'Changes of budgets are proposed and kept; nothing is written to Meta.';
  return mode === 'approve'
    ? 'Changes of budgets are written to Meta once a person approves them, within all limits of the policy.'
    : 'Changes of budgets are written to Meta by themselves, within all limits of the policy.';
}

function freest({ mode, accounts_otherwise }: MoneyStanding): MoneyMode {
  if (mode === 'auto' || accounts_otherwise.auto > 0) return 'auto';
  return mode === 'approve' || accounts_otherwise.approve > 0 ? 'approve' : 'dry_run';
}
