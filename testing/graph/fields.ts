/** Which fields are asked for, and what they say. */
import { graphTime } from './clock.ts';
import { effectiveStatus, type Found, type GraphAccount, type GraphCreative } from './world.ts';

/** `id,creative{title,body}` as names with what is asked within. */
export function askedFields(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let depth = 0;
  let from = 0;
  const put = (part: string): void => {
    const at = part.indexOf('{');
    const name = at < 0 ? part : part.slice(0, at);
    if (name.trim() !== '') found.set(name.trim(), at < 0 ? '' : part.slice(at + 1, part.lastIndexOf('}')));
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character === ',' && depth === 0) {
      put(text.slice(from, i));
      from = i + 1;
    }
  }
  put(text.slice(from));
  return found;
}

/** Those of `all` that are asked for; the id is always there, and what is null is left out. */
export function chosen(all: Readonly<Record<string, unknown>>, fields: string | undefined): Record<string, unknown> {
  const asked = fields === undefined ? new Map<string, string>() : askedFields(fields);
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(all)) {
    if (value === null || value === undefined) continue;
    if (name !== 'id' && !asked.has(name)) continue;
    const within = asked.get(name);
    found[name] = within === undefined || within === '' ? value : chosenWithin(value, within);
  }
  return found;
}

/** Of a thing its fields; of a list of things the fields of each. */
function chosenWithin(value: unknown, fields: string): unknown {
  if (!isRecord(value)) return value;
  const { data } = value;
  if (!Array.isArray(data)) return chosen(value, fields);
  return { data: data.map((item: unknown) => (isRecord(item) ? chosen(item, fields) : item)) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (minor: number | null): string | null => (minor === null ? null : String(minor));

export const accountFields = (account: GraphAccount, now_ms: number): Record<string, unknown> => ({
  id: account.id,
  account_id: account.id.replace('act_', ''),
  name: account.name,
  currency: account.currency,
  timezone_name: account.time_zone,
  account_status: account.status,
  min_daily_budget: account.min_daily_budget,
  created_time: graphTime(now_ms),
});

const timeOf = (at_ms: number | null): string | null => (at_ms === null ? null : graphTime(at_ms));

/** All fields of an account, campaign, ad set or ad. */
export function fieldsOf(found: Found, now_ms: number): Record<string, unknown> {
  const { account, campaign, adset, ad } = found;
  const thing = ad ?? adset ?? campaign;
  if (thing === undefined) return accountFields(account, now_ms);
  const { id, name, status, created_ms, updated_ms } = thing;
  return {
    ...{ id, name, status, created_time: graphTime(created_ms), updated_time: graphTime(updated_ms) },
    account_id: account.id.replace('act_', ''),
    effective_status: effectiveStatus(found, now_ms),
    ...(thing !== campaign && { campaign_id: campaign?.id }),
    ...ownFields(found),
  };
}

function ownFields({ campaign, adset, ad }: Found): Record<string, unknown> {
  if (ad !== undefined) return { adset_id: adset?.id, creative: creativeOf(ad.creative) };
  if (adset !== undefined)
    return {
      daily_budget: text(adset.daily_budget),
      lifetime_budget: text(adset.lifetime_budget),
      end_time: timeOf(adset.end_ms),
      optimization_goal: adset.optimization_goal,
      targeting: { geo_locations: { countries: ['NO'] }, age_min: 18 },
      learning_stage_info: { status: adset.learning },
    };
  if (campaign === undefined) return {};
  const { objective, daily_budget, start_ms, stop_ms } = campaign;
  return {
    objective,
    daily_budget: text(daily_budget),
    start_time: graphTime(start_ms),
    stop_time: timeOf(stop_ms),
  };
}

function creativeOf({ id, title, body, call_to_action, kind }: GraphCreative): Record<string, unknown> {
  const link_data = {
    message: body,
    name: title,
    link: 'https://shop.invalid/',
    ...(call_to_action !== null && { call_to_action: { type: call_to_action } }),
    ...(kind === 'carousel' && { child_attachments: [{ name: title }, { name: title }] }),
  };
  return {
    id,
    title,
    body,
    call_to_action_type: call_to_action,
    object_type: kind === 'video' ? 'VIDEO' : 'SHARE',
    ...(kind === 'video' && { video_id: `${id}9` }),
    object_story_spec: kind === 'video' ? { video_data: { message: body, title, video_id: `${id}9` } } : { link_data },
  };
}
