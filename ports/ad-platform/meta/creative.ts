/** An ad of Meta with its creative as one of ours. What Meta does not say stays unknown. */
import { noCreativeFacts } from '../../../schemas/index.ts';
import type { z } from 'zod';
import type { Ad } from '../port.ts';
import type { Objective } from './conversions.ts';
import type { adShape, Creative } from './shapes.ts';

const objectives: Readonly<Record<string, Objective>> = {
  OUTCOME_AWARENESS: 'awareness',
  OUTCOME_TRAFFIC: 'traffic',
  OUTCOME_ENGAGEMENT: 'engagement',
  OUTCOME_LEADS: 'leads',
  OUTCOME_APP_PROMOTION: 'app_promotion',
  OUTCOME_SALES: 'sales',
  // Campaigns from before 2022 keep their old names.
  BRAND_AWARENESS: 'awareness',
  REACH: 'awareness',
  LINK_CLICKS: 'traffic',
  POST_ENGAGEMENT: 'engagement',
  PAGE_LIKES: 'engagement',
  EVENT_RESPONSES: 'engagement',
  VIDEO_VIEWS: 'engagement',
  MESSAGES: 'engagement',
  LEAD_GENERATION: 'leads',
  APP_INSTALLS: 'app_promotion',
  CONVERSIONS: 'sales',
  PRODUCT_CATALOG_SALES: 'sales',
  STORE_VISITS: 'sales',
};

export const objectiveOf = (word: string): Objective => objectives[word] ?? 'unknown';

const longest_text = 10_000;
const longest_name = 512;
const longest_call = 64;

/** Text without what cannot be seen; null where nothing is left. */
function visible(found: string | null | undefined, longest: number): string | null {
  if (found === null || found === undefined) return null;
  const kept = found
    .replaceAll('\r\n', '\n')
    .replaceAll(/[^\P{Cc}\n\r\t]|\uFFFD/gu, ' ')
    .trim()
    .slice(0, longest);
  return kept === '' ? null : kept;
}

const isThere = (found: unknown): boolean => found !== undefined && found !== null;

function formatOf({ object_story_spec: story, object_type, video_id, image_hash }: Creative): Ad['format'] {
  if ((story?.link_data?.child_attachments?.length ?? 0) > 1) return 'carousel';
  if (object_type === 'VIDEO' || isThere(video_id) || isThere(story?.video_data)) return 'video';
  if (object_type === 'PHOTO' || isThere(image_hash) || isThere(story?.link_data)) return 'image';
  return 'unknown';
}

const first = (...found: readonly (string | null | undefined)[]): string | null | undefined =>
  found.find((one) => one !== null && one !== undefined && one !== '');

/** The words of a creative, wherever Meta keeps them. */
function copyOf(creative: Creative): Pick<Ad, 'headline' | 'primary_text' | 'call_to_action'> {
  const link = creative.object_story_spec?.link_data ?? {};
  const video = creative.object_story_spec?.video_data ?? {};
  const feed = creative.asset_feed_spec ?? {};
  const { title, body, call_to_action_type } = creative;
  const calls = [call_to_action_type, link.call_to_action?.type, video.call_to_action?.type];
  return {
    headline: visible(first(title, link.name, video.title, feed.titles?.[0]?.text), longest_text),
    primary_text: visible(first(body, link.message, video.message, feed.bodies?.[0]?.text), longest_text),
    call_to_action: visible(first(...calls, feed.call_to_action_types?.[0]), longest_call),
  };
}

export function adOf(account_id: string, ad: z.infer<typeof adShape>, objective: Objective): Ad {
  const creative = ad.creative ?? {};
  return {
    ...noCreativeFacts,
    account_id,
    campaign_id: ad.campaign_id,
    adset_id: ad.adset_id,
    ad_id: ad.id,
    objective,
    name: visible(ad.name, longest_name) ?? ad.id,
    ...copyOf(creative),
    format: formatOf(creative),
    created_ms: ad.created_time,
  };
}
