/** What the queue reads and keeps. It emits nothing: an ad is made by people or tools, and comes as `ad.created`. */
import {
  adCreated,
  experimentDeclared,
  variationDecided,
  variationProposed,
  winnerWithdrawn,
} from '../../schemas/index.ts';
import { wire } from '../../topology/processor.ts';
import { initialAccount, noVariation, type AccountState } from './state.ts';

export const wiring = wire({
  group: 'creative-variations',
  description: 'Keeps variations of winners in a queue: proposed, approved or skipped by people, made, tested',
  partitionBy: 'account_id',
  reads: [variationProposed, variationDecided, adCreated, experimentDeclared, winnerWithdrawn],
  emits: [],
  writes: [],
  state: { version: 1, initial: initialAccount },
  stateKey: {
    'variation.proposed': () => '',
    'variation.decided': () => '',
    'ad.created': () => '',
    'experiment.declared': () => '',
    'winner.withdrawn': () => '',
  },
  part: { version: 1, initial: noVariation },
  partKeys: {
    'variation.proposed': ({ variation_id }) => [variation_id],
    'variation.decided': ({ variation_id }) => [variation_id],
    'ad.created': ({ made_from }, state: AccountState) =>
      namesOf(state, (ad_id) => made_from.some((from) => from.ad_id === ad_id)),
    'experiment.declared': ({ arms }, { entries }: AccountState) =>
      entries
        .filter(({ made_ad_id }) => made_ad_id !== null && arms.some(({ ad_id }) => ad_id === made_ad_id))
        .map(({ variation_id }) => variation_id),
  },
});

const namesOf = ({ entries }: AccountState, varies: (ad_id: string) => boolean): readonly string[] =>
  entries.filter(({ ad_id }) => varies(ad_id)).map(({ variation_id }) => variation_id);
