/** What the group that asks the platform reads and answers. */
import { actualsRequested, actualsReturned } from '../../../schemas/index.ts';
import { noState, wire } from '../../../topology/processor.ts';

export const wiring = wire({
  group: 'actuals-fetcher.fetch',
  description: 'Asks the ad platform what an ad got in hours that the stream left out, or that a person asks for',
  partitionBy: 'account_id',
  reads: [actualsRequested],
  emits: [actualsReturned],
  writes: [],
  state: noState,
  stateKey: { 'actuals.requested': () => '' },
});
