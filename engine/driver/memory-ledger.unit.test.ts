import { ledgerContract } from '../ledger.contract.ts';
import { MemoryTaskLedger } from './memory-ledger.ts';

ledgerContract('memory', () => {
  const ledger = new MemoryTaskLedger();
  return Promise.resolve({ ledger, again: () => Promise.resolve(ledger) });
});
