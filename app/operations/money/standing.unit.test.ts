import { describe, expect, it } from 'vitest';
import { defaultPolicy, parsePolicy } from '../../../policy/document.ts';
import { moneyStanding } from './standing.ts';
import { modeWords, moneyMeaning, moneyWords, movesMoney } from './words.ts';

const inMode = (mode: string, accounts: Readonly<Record<string, string>> = {}) =>
  parsePolicy({
    money: { mode },
    accounts: Object.fromEntries(Object.entries(accounts).map(([id, own]) => [id, { money: { mode: own } }])),
  });

describe('what is said of money', () => {
  it('is that none moves, by default and on every platform', () => {
    for (const source of ['meta', 'simulated', 'replay', 'none'] as const) {
      const standing = moneyStanding(defaultPolicy, source);
      expect(movesMoney(standing)).toBe(false);
      expect(moneyWords(standing)).toBe('no real money moves');
      expect(modeWords(standing)).toBe('dry run');
    }
  });

  it('is that budgets on Meta change as soon as the policy lets them', () => {
    const approved = moneyStanding(inMode('approve'), 'meta');
    expect(movesMoney(approved)).toBe(true);
    expect(moneyWords(approved)).toBe('budgets on Meta change once approved');
    expect(moneyMeaning(moneyStanding(inMode('auto'), 'meta'))).toContain('written to Meta by themselves');
  });

  it('is that budgets may change where a single account has a freer mode than all others', () => {
    const standing = moneyStanding(inMode('dry_run', { act_1: 'auto', act_2: 'approve', act_3: 'auto' }), 'meta');
    expect(standing.accounts_otherwise).toEqual({ dry_run: 0, approve: 1, auto: 2 });
    expect(modeWords(standing)).toBe('dry run; 1 account approve; 2 accounts auto');
    expect(movesMoney(standing)).toBe(true);
    expect(moneyWords(standing)).toBe('budgets on Meta change by themselves');
  });

  it('counts an account that is held tighter than the others', () => {
    const standing = moneyStanding(inMode('auto', { act_1: 'dry_run' }), 'meta');
    expect(modeWords(standing)).toBe('auto; 1 account dry run');
    expect(moneyWords(standing)).toBe('budgets on Meta change by themselves');
  });

  it('is that no real money moves on a simulated platform or without one, whatever the mode', () => {
    expect(movesMoney(moneyStanding(inMode('auto'), 'simulated'))).toBe(false);
    expect(moneyMeaning(moneyStanding(inMode('auto'), 'simulated'))).toContain('where no money is');
    expect(moneyMeaning(moneyStanding(inMode('auto'), 'replay'))).toContain('no ad platform to write to');
  });
});
