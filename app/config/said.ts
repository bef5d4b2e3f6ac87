/** What is said of a setting: what it means, and what values it takes. */
import type { Setting } from './settings.ts';

export interface Said extends Setting {
  /** What values it takes. */
  readonly rule: string;
}

export const said = (meaning: string, rule: string, flag: string | null = null): Said => ({
  flag,
  meaning,
  secret: false,
  rule,
});

/** Of one that is never printed, and has no flag: command lines are seen by others. */
export const secret = (meaning: string, rule = 'a text'): Said => ({ flag: null, meaning, secret: true, rule });
