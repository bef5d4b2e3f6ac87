/** An account's history as tests of the whole topology play it: experiments whose better ads are questions. */
import type { SourceEvent } from '../engine/engine.ts';
import { generator, poisson } from '../learning/numeric.ts';
import { noCreativeFacts } from '../schemas/index.ts';
import { hour_ms } from '../schemas/values.ts';
import { snapshot, start_ms } from './snapshot.ts';

/** The account of all of them. */
export const account_id = 'act';
const headlines = [
  ['Is your desk older than your phone?', 'A desk for small rooms'],
  ['Does your coat weigh more than your dog?', 'The coat for cold days'],
  ['Who needs three lamps in one room?', 'A lamp with three levels'],
  ['Are your shoes ready for rain?', 'Shoes made for rain'],
  ['Can a chair fix your back?', 'The chair made for work'],
  ['What does your kettle cost you?', 'A kettle that saves power'],
  ['Would you sleep on a rock?', 'The mattress made of wool'],
  ['When did you last see your floor?', 'A shelf for small things'],
  ['Why pay for water?', 'The filter for clear water'],
  ['Do your plants drink enough?', 'Pots that water plants'],
] as const;

/** An ad of text, in an experiment or by itself. */
export function created(ad_id: string, headline: string, experiment_id: string | null): SourceEvent {
  const value = {
    ...noCreativeFacts,
    account_id,
    campaign_id: experiment_id ?? 'new',
    adset_id: `set-${ad_id}`,
    ad_id,
    experiment_id,
    objective: 'traffic',
    name: headline,
    headline,
    primary_text: null,
    call_to_action: null,
    format: 'text',
    created_ms: start_ms,
    provenance: 'replayed',
  };
  return { topic: 'ad.created', value };
}

const declared = (experiment_id: string): SourceEvent => ({
  topic: 'experiment.declared',
  value: {
    account_id,
    experiment_id,
    campaign_id: experiment_id,
    name: experiment_id,
    design: 'randomised',
    primary_metric: 'link_ctr',
    guardrail_metrics: [],
    arms: ['q', 's'].map((arm) => ({
      ad_id: `${experiment_id}-${arm}`,
      adset_id: `set-${experiment_id}-${arm}`,
      planned_share: 0.5,
    })),
    control_ad_id: null,
    start_ms,
    planned_days: 4,
    expected_rate: 0.015,
    provenance: 'replayed',
  },
});

/** The account's people agreed to learn with others. */
export const agreed: SourceEvent = {
  topic: 'account.changed',
  value: { account_id, business_id: 'biz', shares: true, niche: 'home_decor', changed_ms: start_ms },
};

/** The end of an hour after the start. */
export const tick = (hour: number): SourceEvent => ({
  topic: 'tick.hourly',
  value: { hour_ms: start_ms + hour * hour_ms },
});

/** Ten experiments, each a question against a statement; questions are clicked at 2.4 %, statements at 1.4 %. */
export function* history(days: number): Generator<SourceEvent[]> {
  const random = generator(21);
  yield headlines.flatMap(([question, statement], i) => [
    declared(`exp${i}`),
    created(`exp${i}-q`, question, `exp${i}`),
    created(`exp${i}-s`, statement, `exp${i}`),
  ]);
  for (let hour = 0; hour < days * 24; hour += 3) {
    yield headlines.flatMap((_, i) =>
      ['q', 's'].map((arm) => ({
        topic: 'ad.metrics',
        value: snapshot({
          account_id,
          campaign_id: `exp${i}`,
          ad_id: `exp${i}-${arm}`,
          adset_id: `set-exp${i}-${arm}`,
          experiment_id: `exp${i}`,
          hour,
          impressions: 500,
          link_clicks: poisson(500 * (arm === 'q' ? 0.024 : 0.014), random),
        }),
      })),
    );
    yield [tick(hour)];
    yield [tick(hour + 1)];
    yield [tick(hour + 2)];
  }
}
