/** The loop's handlers. */
import type { Policy } from '../../policy/policy.ts';
import {
  memoryIndexRequested,
  memoryRecallRequested,
  type AdCreated,
  type MemoryIndexRequested,
} from '../../schemas/index.ts';
import { processor, type Decide } from '../../topology/processor.ts';
import { unknownAd, type AdPart, type Won } from './state.ts';
import { wiring } from './wiring.ts';

const nothing_known = '00000000000000000000000000000000';

export const decide: Decide<typeof wiring, Policy> = {
  'ad.created': (state, event, { parts }) => {
    const known = parts.get(event.ad_id) ?? unknownAd();
    return { state, parts: new Map([[event.ad_id, { ...known, text: textOf(event), format: event.format }]]) };
  },

  /** A creative is read: a new one is compared with memory, a winner that was changed is remembered as it is now. */
  'dna.extracted': (state, event, { parts, policy, key }) => {
    const { ad_id, fingerprint, at_ms } = event;
    const known = parts.get(ad_id) ?? unknownAd();
    const traits = event.traits
      .filter(({ value }) => value !== 'unknown')
      .map(({ trait, value }) => `${trait}=${value}`);
    const ad: AdPart = { ...known, dna: { fingerprint, traits } };
    const { text, format, won } = ad;
    if (won !== null) return remembered(ad_id, { ...ad, won: { ...won, version: won.version + 1 } }, state, key, at_ms);
    const request = { account_id: key, ad_id, text, traits, format, at_ms, policy_version: policy.version };
    return { state, parts: new Map([[ad_id, ad]]), emit: [memoryRecallRequested.event(request)] };
  },

  'winner.detected': (state, event, { parts, policy, key }) => {
    const { ad_id, experiment_id, rate, lift, lift_low, lift_high, impressions, at_ms } = event;
    if (rate < policy.memory.min_rate) return { state };
    const known = parts.get(ad_id) ?? unknownAd();
    const won: Won = {
      version: (known.won?.version ?? 0) + 1,
      experiment_id,
      rate,
      lift,
      lift_low,
      lift_high,
      impressions,
      won_at_ms: at_ms,
      withdrawn_ms: null,
    };
    const winners = known.won === null ? state.winners + 1 : state.winners;
    return remembered(ad_id, { ...known, won }, { winners }, key, at_ms);
  },

  'winner.withdrawn': (state, { ad_id, experiment_id, at_ms }, { parts, key }) => {
    const known = parts.get(ad_id);
    const won = known?.won ?? null;
    if (known === undefined || won === null || won.experiment_id !== experiment_id || won.withdrawn_ms !== null)
      return { state };
    const ad = { ...known, won: { ...won, version: won.version + 1, withdrawn_ms: at_ms } };
    return remembered(ad_id, ad, state, key, at_ms);
  },
};

export const ragMemory = processor(wiring, decide);

/** What people read of an ad, one after the other. */
const textOf = ({ headline, primary_text, call_to_action_text, transcript, overlay_text }: AdCreated): string =>
  [headline, primary_text, call_to_action_text, overlay_text, transcript]
    .filter((text) => text !== null && text.trim() !== '')
    .join('\n')
    .slice(0, most_text);

/** Characters of a creative that are remembered. */
const most_text = 20_000;

/** The winner as it is now, and the wish that recall knows it so. */
function remembered(ad_id: string, ad: AdPart, state: { readonly winners: number }, account_id: string, at_ms: number) {
  return {
    state,
    parts: new Map([[ad_id, ad]]),
    emit: ad.won === null ? [] : [memoryIndexRequested.event(indexOf(account_id, ad_id, ad, ad.won, at_ms))],
  };
}

const indexOf = (
  account_id: string,
  ad_id: string,
  { text, format, dna }: AdPart,
  { version, experiment_id, lift, won_at_ms, withdrawn_ms }: Won,
  at_ms: number,
): MemoryIndexRequested => ({
  account_id,
  ad_id,
  version,
  experiment_id,
  text,
  traits: dna?.traits ?? [],
  fingerprint: dna?.fingerprint ?? nothing_known,
  format,
  lift,
  recallable: withdrawn_ms === null,
  won_at_ms,
  at_ms,
});
