/** What Graph answers, as far as it is used: numbers may come as text and text of digits as numbers, fields may be gone. */
import { z } from 'zod';

/** Text, also where it came as a number. */
const text = z.union([z.string(), z.number()]).transform(String);
const count = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((found) => /^\d+(\.0+)?$/.test(found), 'must be a whole number')
  .transform((found) => Number(found));
/** Decimal text, exact. */
const decimal = text.refine((found) => /^\d+(\.\d+)?$/.test(found), 'must be an amount');

/** `2026-03-29T01:00:00+0100`; some fields are seconds instead. */
const moment = z.union([z.string(), z.number()]).transform((found, context) => {
  const at_ms = typeof found === 'number' || /^\d+$/.test(found) ? Number(found) * 1_000 : Date.parse(withColon(found));
  if (!Number.isFinite(at_ms)) context.addIssue({ code: 'custom', message: 'must be a time' });
  return at_ms;
});

/** `+0100` as `+01:00`, which all engines read. */
const withColon = (found: string): string => found.replace(/([+-]\d{2})(\d{2})$/, '$1:$2');

export const accountShape = z.object({
  id: text,
  name: z.string().nullish(),
  currency: z.string(),
  timezone_name: z.string(),
  account_status: z.coerce.number(),
  min_daily_budget: text.nullish(),
});

export const campaignShape = z.object({
  id: text,
  name: z.string().default(''),
  objective: z.string().default(''),
  effective_status: z.string().default(''),
  daily_budget: text.nullish(),
  lifetime_budget: text.nullish(),
  created_time: moment.nullish(),
  updated_time: moment.nullish(),
  start_time: moment.nullish(),
  stop_time: moment.nullish(),
});

export const adSetShape = z.object({
  id: text,
  name: z.string().default(''),
  campaign_id: text,
  effective_status: z.string().default(''),
  daily_budget: text.nullish(),
  lifetime_budget: text.nullish(),
  end_time: moment.nullish(),
  updated_time: moment.nullish(),
  learning_stage_info: z.object({ status: z.string().optional() }).nullish(),
});

const call = z.object({ type: z.string().optional() }).nullish();
const linkData = z
  .object({
    message: z.string().nullish(),
    name: z.string().nullish(),
    call_to_action: call,
    child_attachments: z.array(z.unknown()).nullish(),
  })
  .nullish();
const videoData = z
  .object({ message: z.string().nullish(), title: z.string().nullish(), call_to_action: call })
  .nullish();
const texts = z.array(z.object({ text: z.string().nullish() })).nullish();

export const creativeShape = z.object({
  title: z.string().nullish(),
  body: z.string().nullish(),
  call_to_action_type: z.string().nullish(),
  object_type: z.string().nullish(),
  video_id: text.nullish(),
  image_hash: text.nullish(),
  object_story_spec: z.object({ link_data: linkData, video_data: videoData }).nullish(),
  asset_feed_spec: z
    .object({ titles: texts, bodies: texts, call_to_action_types: z.array(z.string()).nullish() })
    .nullish(),
});
export type Creative = z.infer<typeof creativeShape>;

export const adShape = z.object({
  id: text,
  name: z.string().default(''),
  campaign_id: text,
  adset_id: text,
  effective_status: z.string().default(''),
  created_time: moment,
  creative: creativeShape.nullish(),
});

/** Beside type and value: windows that were asked for, and the breakdown that an entry is limited to. */
export const actionShape = z.object({ action_type: z.string(), value: decimal.optional() }).catchall(z.unknown());
export type Action = z.infer<typeof actionShape>;

export const insightShape = z.object({
  account_currency: z.string().optional(),
  campaign_id: text.optional(),
  adset_id: text.optional(),
  ad_id: text.optional(),
  impressions: count.default(0),
  clicks: count.default(0),
  inline_link_clicks: count.optional(),
  reach: count.optional(),
  spend: decimal.default('0'),
  actions: z.array(actionShape).default([]),
  action_values: z.array(actionShape).default([]),
  attribution_setting: z.string().optional(),
  date_start: z.string(),
  date_stop: z.string(),
  hourly_stats_aggregated_by_advertiser_time_zone: z.string().optional(),
});
export type InsightRow = z.infer<typeof insightShape>;

export const studyShape = z.object({
  id: text,
  name: z.string().default(''),
  type: z.string().default(''),
  created_time: moment.nullish(),
  start_time: moment,
  end_time: moment,
  cells: z
    .object({
      data: z.array(
        z.object({
          treatment_percentage: z.coerce.number(),
          adsets: z.object({ data: z.array(z.object({ id: text })) }).nullish(),
        }),
      ),
    })
    .nullish(),
});

export const runShape = z.object({ report_run_id: text });

export const runStateShape = z.object({
  async_status: z.string(),
  async_percent_completion: z.coerce.number().default(0),
  error_code: z.coerce.number().optional(),
  error_subcode: z.coerce.number().optional(),
  error_message: z.string().optional(),
  error_user_msg: z.string().optional(),
});

export const tokenShape = z.object({
  data: z.object({
    is_valid: z.boolean(),
    expires_at: z.coerce.number().default(0),
    scopes: z.array(z.string()).default([]),
  }),
});

export const spendShape = z.object({ spend: decimal.default('0') });
