/** What the loop reads, keeps and emits. */
import { adCreated, dnaExtracted } from '../../schemas/index.ts';
import { wire } from '../../topology/processor.ts';
import { initialAccount, unseen } from './state.ts';

export const wiring = wire({
  group: 'creative-dna',
  description: 'Reads what a creative is made of, by a closed taxonomy',
  partitionBy: 'account_id',
  reads: [adCreated],
  emits: [dnaExtracted],
  writes: [],
  // A description stands for itself and a later one replaces it: nothing is gained by holding up the rest of the account.
  onError: 'skip',
  state: { version: 1, initial: initialAccount },
  stateKey: { 'ad.created': () => '' },
  part: { version: 1, initial: unseen },
  partKeys: { 'ad.created': ({ ad_id }) => [ad_id] },
});
