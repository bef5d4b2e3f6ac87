/** What the trainer's group reads and answers. */
import { modelRetrainRequested, modelTrained } from '../../../schemas/index.ts';
import { noState, wire } from '../../../topology/processor.ts';

export const wiring = wire({
  group: 'compound-learner.train',
  description: 'Trains a model where one is wanted, and says whether it is better than the one in use',
  partitionBy: 'account_id',
  reads: [modelRetrainRequested],
  emits: [modelTrained],
  writes: [],
  state: noState,
  stateKey: { 'model.retrain.requested': () => '' },
});
