/** The loop's handlers. */
import type { Policy } from '../../policy/policy.ts';
import { memoryIndexRequested, memoryRecallRequested, type AdCreated } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { processor, type Decide, type Decision } from '../../topology/processor.ts';
import { stepFinished } from '../cycle-step.ts';
import { unknownAd, type AccountState, type AdPart, type Won } from './state.ts';
import { again, answered, indexingOutcome, wished, wishOf, type At } from './wishes.ts';
import { wiring } from './wiring.ts';

export const decide: Decide<typeof wiring, Policy> = {
  /** Winners from now on are remembered with it; those before keep the niche that they won in. */
  'account.changed': (state, { niche }) => kept({ ...state, niche }),

  'ad.created': (state, event, { parts }) => {
    const known = parts.get(event.ad_id) ?? unknownAd();
    const ad = { ...known, text: textOf(event), format: event.format };
    return { ...kept(state), parts: new Map([[event.ad_id, ad]]) };
  },

  /** A creative is read: a new one is compared with memory, a winner that was changed is remembered as it is now. */
  'dna.extracted': (state, event, { parts, policy, key }) => {
    const { ad_id, fingerprint, at_ms } = event;
    const at = { account_id: key, at_ms, policy_version: policy.version };
    const known = parts.get(ad_id) ?? unknownAd();
    const traits = event.traits
      .filter(({ value }) => value !== 'unknown')
      .map(({ trait, value }) => `${trait}=${value}`);
    const ad: AdPart = { ...known, dna: { fingerprint, traits } };
    const { text, format, won } = ad;
    if (won !== null) return remembered(ad_id, { ...ad, won: { ...won, version: won.version + 1 } }, state, at);
    const request = { ...at, ad_id, text, traits, format };
    return { ...kept(state), parts: new Map([[ad_id, ad]]), emit: [memoryRecallRequested.event(request)] };
  },

  'winner.detected': (state, event, { parts, policy, key }) => {
    const { ad_id, experiment_id, rate, lift, lift_low, lift_high, impressions, at_ms } = event;
    if (rate < policy.memory.min_rate) return kept(state);
    const known = parts.get(ad_id) ?? unknownAd();
    const won: Won = {
      version: (known.won?.version ?? 0) + 1,
      experiment_id,
      niche: state.niche,
      rate,
      lift,
      lift_low,
      lift_high,
      impressions,
      won_at_ms: at_ms,
      withdrawn_ms: null,
    };
    const winners = known.won === null ? state.winners + 1 : state.winners;
    const at = { account_id: key, at_ms, policy_version: policy.version };
    return remembered(
      ad_id,
      { ...known, won, others: withoutWin(standing(known), experiment_id) },
      { ...state, winners },
      at,
    );
  },

  'winner.withdrawn': (state, { ad_id, experiment_id, at_ms }, { parts, policy, key }) => {
    const known = parts.get(ad_id);
    const won = known?.won ?? null;
    if (known === undefined || won === null) return kept(state);
    if (won.experiment_id !== experiment_id) {
      const others = withoutWin(known.others, experiment_id);
      if (others.length === known.others.length) return kept(state);
      return { ...kept(state), parts: new Map([[ad_id, { ...known, others }]]) };
    }
    if (won.withdrawn_ms !== null) return kept(state);
    // What it won elsewhere stands: it is remembered for that.
    const next = known.others.at(-1);
    const last = next === undefined ? { ...won, withdrawn_ms: at_ms } : next;
    const ad = { ...known, won: { ...last, version: won.version + 1 }, others: known.others.slice(0, -1) };
    return remembered(ad_id, ad, state, { account_id: key, at_ms, policy_version: policy.version });
  },

  'winner.indexed': (state, event, { parts }) => kept(answered(state, event, parts.get(event.ad_id)?.won)),

  /** Parts are there once a day only. */
  'tick.hourly': (state, tick, { parts, policy, key }) => ({
    ...kept(state),
    emit: again(state, parts, { account_id: key, at_ms: tick.hour_ms + hour_ms, policy_version: policy.version }),
  }),

  'cycle.step.requested': (state, event, { parts, policy, key }) => {
    if (event.step !== 'rag_indexing') return kept(state);
    const wishes = again(state, parts, { account_id: key, at_ms: event.at_ms, policy_version: policy.version });
    return { ...kept(state), emit: [...wishes, stepFinished(event, indexingOutcome(state, wishes.length))] };
  },
};

export const ragMemory = processor(wiring, decide);

/** What an ad won and nobody took back, oldest first. */
const standing = ({ won, others }: AdPart): readonly Won[] =>
  won === null || won.withdrawn_ms !== null ? others : [...others, won];

const withoutWin = (wins: readonly Won[], experiment_id: string): readonly Won[] =>
  wins.filter((win) => win.experiment_id !== experiment_id);

/** An account whose winners recall knows has no use for ticks. */
const kept = (state: AccountState): Pick<Decision<typeof wiring>, 'state' | 'dormant'> => ({
  state,
  dormant: state.unindexed.length === 0,
});

/** What people read of an ad, one after the other. */
const textOf = ({ headline, primary_text, call_to_action_text, transcript, overlay_text }: AdCreated): string =>
  [headline, primary_text, call_to_action_text, overlay_text, transcript]
    .filter((text) => text !== null && text.trim() !== '')
    .join('\n')
    .slice(0, most_text);

/** Characters of a creative that are remembered. */
const most_text = 20_000;

/** The winner as it is now, and the wish that recall knows it so. */
function remembered(ad_id: string, ad: AdPart, state: AccountState, at: At): Decision<typeof wiring> {
  const parts = new Map([[ad_id, ad]]);
  if (ad.won === null) return { ...kept(state), parts };
  const wish = wishOf(ad_id, ad, ad.won, at);
  return { ...kept(wished(state, ad_id)), parts, emit: [memoryIndexRequested.event(wish)] };
}
