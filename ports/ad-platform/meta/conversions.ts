/**
 * Which entry of `actions` is a conversion. Roll-ups overlap (one purchase stands under `omni_purchase`, `purchase` and
 * `offsite_conversion.fb_pixel_purchase`), so that exactly one type counts, and entries are never summed over types.
 */
import type { AdCreated } from '../../../schemas/index.ts';
import type { Action } from './shapes.ts';

export type Objective = AdCreated['objective'];

/** Attribution windows that return something; `7d_view` and `28d_view` return nothing since 2026-01-12. */
export const attribution_windows = ['1d_click', '7d_click', '28d_click', '1d_view', '1d_ev'] as const;
export type AttributionWindow = (typeof attribution_windows)[number];

export interface ConversionPolicy {
  /** `action_type` that counts, by objective; null: no conversions are counted. */
  readonly action_types: Readonly<Record<Objective, string | null>>;
  /** Empty: as each ad set's own setting says. Else the windows that are summed: one of clicks, one of views at most. */
  readonly windows: readonly AttributionWindow[];
}

export const defaultConversions: ConversionPolicy = {
  action_types: {
    unknown: null,
    awareness: null,
    traffic: null,
    engagement: null,
    leads: 'lead',
    app_promotion: 'omni_app_install',
    sales: 'omni_purchase',
  },
  windows: [],
};

/**
 * The number behind an action type; null where there is none. Parts of it by a breakdown (a reaction, a card) are left
 * out: the whole stands beside them.
 */
export function actionValue(
  actions: readonly Action[],
  action_type: string,
  windows: readonly AttributionWindow[],
): string | null {
  const whole = actions.find((action) => action.action_type === action_type && isWhole(action));
  if (whole === undefined) return null;
  if (windows.length === 0) return whole.value ?? null;
  const [first, ...rest] = windows.map((window) => String(whole[window] ?? '0'));
  return rest.reduce((sum, text) => sumOf(sum, text), first ?? '0');
}

const known: ReadonlySet<string> = new Set(['action_type', 'value', ...attribution_windows, '7d_view', '28d_view']);

const isWhole = (action: Action): boolean => Object.keys(action).every((name) => known.has(name));

/** Two decimal texts added exactly. */
function sumOf(a: string, b: string): string {
  const decimals = Math.max(decimalsIn(a), decimalsIn(b));
  const scaled = (text: string): bigint => {
    const [whole = '0', rest = ''] = text.split('.');
    return BigInt(whole + rest.padEnd(decimals, '0'));
  };
  const digits = String(scaled(a) + scaled(b)).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

const decimalsIn = (text: string): number => text.split('.')[1]?.length ?? 0;
