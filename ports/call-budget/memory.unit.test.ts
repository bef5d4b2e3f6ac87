import { callBudgetContract, contract_budget } from './call-budget.contract.ts';
import { MemoryCallBudget } from './memory.ts';

callBudgetContract(() => {
  let now_ms = 1_000;
  const budget = new MemoryCallBudget(contract_budget, () => now_ms);
  return Promise.resolve({
    first: budget,
    second: budget,
    pass: (ms) => {
      now_ms += ms;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  });
});
