/** Groups that only benches run: running totals with small state, nothing at all between read and commit, and an answer per event. */
import { adMetrics, winnerWithdrawn, type WinnerWithdrawn } from '../../schemas/index.ts';
import { noState, processor, wire, type AnyProcessor, type Decide } from '../../topology/processor.ts';

/** One output per this many events of an ad. */
const report_every = 20;

export interface Totals {
  readonly events: number;
  readonly impressions: number;
  readonly link_clicks: number;
  readonly spend_minor: number;
}

const initial = (): Totals => ({ events: 0, impressions: 0, link_clicks: 0, spend_minor: 0 });

/** A small event of ours, which serves as output. */
export const output = (
  event: { readonly account_id: string; readonly experiment_id: string | null; readonly ad_id: string },
  e_value_announced: number,
  e_value: number,
  at_ms: number,
): WinnerWithdrawn => ({
  account_id: event.account_id,
  experiment_id: event.experiment_id ?? '',
  ad_id: event.ad_id,
  e_value_announced,
  e_value,
  threshold: 1,
  family: 'all',
  reason: 'totals',
  at_ms,
  policy_version: 'bench',
});

const totalsWiring = wire({
  group: 'bench.totals',
  description: 'Running totals per ad, now and then an output.',
  partitionBy: 'account_id',
  reads: [adMetrics],
  emits: [winnerWithdrawn],
  writes: [],
  state: { version: 1, initial },
  stateKey: { 'ad.metrics': (event) => event.ad_id },
});

const decideTotals: Decide<typeof totalsWiring> = {
  'ad.metrics': (before, event, { at_ms }) => {
    const state = {
      events: before.events + 1,
      impressions: before.impressions + event.impressions,
      link_clicks: before.link_clicks + event.link_clicks,
      spend_minor: before.spend_minor + event.spend_minor,
    };
    if (state.events % report_every !== 0) return { state };
    return { state, emit: [winnerWithdrawn.event(output(event, state.impressions, state.link_clicks, at_ms))] };
  },
};

const limitWiring = wire({
  group: 'bench.limit',
  description: 'Read, decode and commit with nothing between.',
  partitionBy: 'account_id',
  reads: [adMetrics],
  emits: [],
  writes: [],
  state: noState,
  stateKey: { 'ad.metrics': () => '' },
});

const answerWiring = wire({
  group: 'bench.answer',
  description: 'Running totals per ad, and an output for every event that carries the number of the event.',
  partitionBy: 'account_id',
  reads: [adMetrics],
  emits: [winnerWithdrawn],
  writes: [],
  state: { version: 1, initial },
  stateKey: { 'ad.metrics': (event) => event.ad_id },
});

/** The number of an event travels as its spend. */
const decideAnswer: Decide<typeof answerWiring> = {
  'ad.metrics': (before, event, { at_ms }) => {
    const state = { ...before, events: before.events + 1, impressions: before.impressions + event.impressions };
    return { state, emit: [winnerWithdrawn.event(output(event, state.impressions, event.spend_minor, at_ms))] };
  },
};

export const totals = processor(totalsWiring, decideTotals);
export const limit = processor(limitWiring, { 'ad.metrics': () => ({ state: null }) });
export const answer = processor(answerWiring, decideAnswer);

/** The processor under a group name of its own, so that it takes a log from the beginning again. */
export const inRound = (one: AnyProcessor, round: number): AnyProcessor => ({
  ...one,
  wiring: { ...one.wiring, group: `${one.wiring.group}.${round}` },
});
