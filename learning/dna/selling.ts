/** What is offered, how far along its reader is, and what it asks to do, from English copy. */
import type { ValueOf } from './taxonomy.ts';

/** All patterns are matched with text in lower case. */
const offers: readonly (readonly [Exclude<ValueOf<'offer'>, 'none' | 'other' | 'unknown'>, RegExp])[] = [
  ['percent', /\b\d+ ?(?:%|percent) (?:off|discount|less|cheaper)|\bsave (?:up to )?\d+ ?%|\bhalf (?:price|off)\b/],
  ['amount', /[$€£]\s?\d[\d.,]* off\b|\bsave (?:up to )?[$€£]\s?\d|\b\d+ (?:dollars|euros|pounds) off\b/],
  [
    'free_trial',
    /\bfree (?:\d+[- ]day )?trial\b|\btry (?:it |us )?(?:for )?free\b|\bfirst (?:month|week|box|tin) (?:is )?(?:free|on us)\b/,
  ],
  ['free_shipping', /\bfree (?:shipping|delivery|returns)\b|\bships free\b/],
  ['free', /\bfree (?:gift|sample|guide|ebook|quote|consultation|bonus|download|of charge)\b|\bfor free\b|\bon us\b/],
  ['bogo', /\bbuy (?:one|two|\d+),? get (?:one|two|\d+)\b|\bbogo\b|\b(?:2|two|3|three) for (?:1|one|2|two)\b/],
  ['guarantee', /\bguarantee[ds]?\b|\bmoney[- ]back\b|\brisk[- ]free\b|\btake it back\b|\brefund(?:ed|s)?\b/],
];

/** Offers of a copy; `none` where it has words and none of them offers. */
export function offersIn(lower: string): readonly ValueOf<'offer'>[] {
  const seen = offers.filter(([, pattern]) => pattern.test(lower)).map(([offer]) => offer);
  return seen.length === 0 ? ['none'] : seen;
}

const stages: readonly (readonly [Exclude<ValueOf<'awareness'>, 'other' | 'unknown'>, RegExp])[] = [
  [
    'most_aware',
    /\b\d+ ?% off\b|\bdiscount\b|\bsale\b|\b(?:promo|coupon)? ?code\b|\bfree shipping\b|\bback in stock\b|\bour lowest price\b/,
  ],
  [
    'product_aware',
    /\bvs\.?\b|\bversus\b|\bcompared (?:to|with)\b|\breviews?\b|\b(?:our|new) customers\b|\bguarantee|\brated\b|\bmade (?:in|with|from)\b|\bintroducing\b/,
  ],
  [
    'solution_aware',
    /\bhow to\b|\bhere's how\b|\bways? to\b|\bthe (?:best|easiest|simplest|fastest) way\b|\balternative to\b/,
  ],
  [
    'problem_aware',
    /\b(?:tired of|sick of|fed up|struggl\w+|suffer\w* from|can't sleep|why (?:do|does|is|are) your|still (?:using|paying|doing)|stop (?:wasting|paying|losing)|worried about|hate (?:when|your))\b/,
  ],
];

/** The furthest stage that the copy speaks to; null where it does not tell. That of the unaware cannot be told. */
export const awarenessOf = (lower: string): ValueOf<'awareness'> | null =>
  stages.find(([, pattern]) => pattern.test(lower))?.[0] ?? null;

const calls: readonly (readonly [Exclude<ValueOf<'call_wording'>, 'other' | 'unknown'>, RegExp])[] = [
  ['buy', /\b(?:shop|buy|order|get yours|add to (?:cart|bag))\b/],
  ['claim', /\b(?:claim|redeem|get (?:the|my|your|this) (?:offer|deal|gift|\d+ ?%)|grab|save)\b/],
  ['sign_up', /\b(?:sign up|subscribe|register|enrol+|create (?:an|your) account)\b/],
  ['try', /\b(?:try|start (?:your|my|a) (?:free )?trial|get started|test)\b/],
  ['book', /\b(?:book|reserve|schedule)\b/],
  ['download', /\b(?:download|install|get the app)\b/],
  ['contact', /\b(?:contact|call us|call now|message us|get (?:a|your) quote|write to us)\b/],
  ['join', /\bjoin\b/],
  ['watch', /\b(?:watch|play|listen)\b/],
  ['learn', /\b(?:learn|read|see|discover|find out|explore|take a look)\b/],
];

/** What the wording of a button asks for; `other` where no verb of the list is in it. */
export const callIn = (lower: string): ValueOf<'call_wording'> =>
  calls.find(([, pattern]) => pattern.test(lower))?.[0] ?? 'other';
