/** Versions of the Marketing API and the days on which they stop to answer (docs: marketing-api-changelog/versions). */
import { day_ms } from '../../../schemas/values.ts';

export const default_version = 'v26.0';

/** Null: Meta has not said it yet. A version that is not here may be newer than this list. */
const expiry: Readonly<Record<string, string | null>> = {
  'v22.0': '2026-02-10',
  'v23.0': '2026-06-09',
  'v24.0': '2026-10-06',
  'v25.0': null,
  'v26.0': null,
};

/** How long before its end a version is warned of. */
const warn_days = 60;

export interface VersionStanding {
  readonly standing: 'good' | 'unlisted' | 'expires' | 'expired';
  /** What it means and what to do, for people. */
  readonly said: string;
}

export function versionStanding(version: string, now_ms: number): VersionStanding {
  if (!Object.hasOwn(expiry, version))
    return { standing: 'unlisted', said: `${version} is not in this program's list: when it expires is not known` };
  const ends = expiry[version];
  if (ends === null || ends === undefined) return { standing: 'good', said: `${version}, no expiry announced` };
  const left_days = Math.ceil((Date.parse(ends) - now_ms) / day_ms);
  if (left_days <= 0)
    return { standing: 'expired', said: `${version} expired on ${ends}; set meta_api_version to ${default_version}` };
  if (left_days <= warn_days)
    return {
      standing: 'expires',
      said: `${version} expires on ${ends}, in ${left_days} days; move to ${default_version}`,
    };
  return { standing: 'good', said: `${version}, expires on ${ends}` };
}

const warning_header = 'x-ad-api-version-warning';
/** A warning is a sentence; more of it is no use. */
const most_characters = 300;

/** What Meta's answers say of the version that is used: each warning once. */
export class VersionWarnings {
  readonly #said = new Set<string>();

  /** Takes in the headers of an answer, by names in lower case. */
  take(headers: Readonly<Record<string, string>>): void {
    const text = headers[warning_header];
    if (text === undefined || text.trim() === '') return;
    this.#said.add(
      text
        .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
        .trim()
        .slice(0, most_characters),
    );
  }

  get said(): readonly string[] {
    return [...this.#said];
  }
}
