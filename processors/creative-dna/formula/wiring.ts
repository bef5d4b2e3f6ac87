/**
 * What the group reads, keeps and emits. Of all events only `evidence.changed` compares ads that ran together:
 * `actuals.fetched` compares an ad with its prediction, over its own days and audience, and is not read. `winner.detected`
 * tells of winners only, at the moment that flatters them: nothing is learned from it, but variations are proposed.
 */
import {
  dnaExtracted,
  dnaFormulaUpdated,
  evidenceChanged,
  nichePatternUpdated,
  variationProposed,
  winnerDetected,
  winnerWithdrawn,
} from '../../../schemas/index.ts';
import { wire } from '../../../topology/processor.ts';
import {
  applicationName,
  accountUpcast,
  adName,
  experimentName,
  initialAccount,
  initialSums,
  niche_name,
  sums_name,
  told_name,
  type AccountState,
} from './state.ts';

export const wiring = wire({
  group: 'creative-dna.formula',
  description:
    'Learns from experiments which traits go with more clicks in an account, and proposes variations of winners',
  partitionBy: 'account_id',
  reads: [dnaExtracted, evidenceChanged, nichePatternUpdated, winnerDetected, winnerWithdrawn],
  emits: [dnaFormulaUpdated, variationProposed],
  writes: [],
  // Evidence holds totals: a later one makes up for one that was left out.
  onError: 'skip',
  state: { version: 2, initial: initialAccount, upcast: accountUpcast },
  stateKey: {
    'dna.extracted': () => '',
    'evidence.changed': () => '',
    'niche.pattern.updated': () => '',
    'winner.detected': () => '',
    'winner.withdrawn': () => '',
  },
  part: { version: 1, initial: initialSums },
  partKeys: {
    'dna.extracted': ({ ad_id, made_from: [source] }) =>
      source === undefined
        ? [adName(ad_id)]
        : [adName(ad_id), applicationName(ad_id), adName(source.ad_id), sums_name, niche_name],
    'evidence.changed': ({ experiment_id, arms }, { waiting }: AccountState) => [
      ...waiting.map(({ ad_id }) => adName(ad_id)),
      experimentName(experiment_id),
      ...arms.flatMap(({ ad_id }) => [adName(ad_id), applicationName(ad_id)]),
      sums_name,
      told_name,
      niche_name,
    ],
    'niche.pattern.updated': () => [niche_name],
    'winner.detected': ({ ad_id }) => [adName(ad_id), sums_name, niche_name],
  },
});
