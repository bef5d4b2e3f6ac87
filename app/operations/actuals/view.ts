/** What is known of actuals, as it is shown. */
import type { ActualsView } from '../../../processors/actuals-fetcher/views.ts';

/** How often the platform was asked, and what came of it. */
export interface PlatformCalls {
  readonly requests: number;
  readonly answers: number;
  readonly failures: number;
  /** Why the last failure failed; null where none did. */
  readonly last_error: string | null;
}

export interface ActualsReport {
  readonly accounts: readonly ActualsView[];
  readonly platform: PlatformCalls;
}

/** What the platform was asked for by hand; the answers are events that name these requests. */
export interface RequestedActuals {
  readonly requested: readonly {
    readonly account_id: string;
    readonly ad_id: string;
    readonly request_id: string;
  }[];
  /** UTC epoch milliseconds. */
  readonly from_ms: number;
  readonly to_ms: number;
}
