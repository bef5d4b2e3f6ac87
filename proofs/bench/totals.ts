/** Two groups that only benches run: running totals with small state, and nothing at all between read and commit. */
import { noState, processor, wire, type Decide } from '../../topology/processor.ts';
import { adMetrics, winnerWithdrawn } from '../../schemas/index.ts';

/** One output per this many events of an ad. */
const report_every = 20;

export interface Totals {
  readonly events: number;
  readonly impressions: number;
  readonly link_clicks: number;
  readonly spend_minor: number;
}

const totalsWiring = wire({
  group: 'bench.totals',
  description: 'Running totals per ad; now and then an output, for which a small event of ours serves.',
  partitionBy: 'account_id',
  reads: [adMetrics],
  emits: [winnerWithdrawn],
  writes: [],
  state: { version: 1, initial: (): Totals => ({ events: 0, impressions: 0, link_clicks: 0, spend_minor: 0 }) },
  stateKey: { 'ad.metrics': (event) => event.ad_id },
});

const decide: Decide<typeof totalsWiring> = {
  'ad.metrics': (before, event, { at_ms }) => {
    const state = {
      events: before.events + 1,
      impressions: before.impressions + event.impressions,
      link_clicks: before.link_clicks + event.link_clicks,
      spend_minor: before.spend_minor + event.spend_minor,
    };
    if (state.events % report_every !== 0) return { state };
    const report = winnerWithdrawn.event({
      account_id: event.account_id,
      experiment_id: event.experiment_id ?? '',
      ad_id: event.ad_id,
      e_value_announced: state.impressions,
      e_value: state.link_clicks,
      threshold: 1,
      family: 'bench',
      reason: 'totals',
      at_ms,
      policy_version: 'bench',
    });
    return { state, emit: [report] };
  },
};
export const totals = processor(totalsWiring, decide);

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
export const limit = processor(limitWiring, { 'ad.metrics': () => ({ state: null }) });
