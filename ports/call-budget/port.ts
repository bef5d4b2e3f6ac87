/**
 * Calls that may be made for an account, shared by all who make them: a platform limits the account, not the process.
 * Points come back evenly; what a platform says of a pause holds for all.
 */
export interface CallBudget {
  /**
   * Takes points for a call of an account.
   * @param keep points that must be left for calls that are more urgent
   * @returns 0 where they were taken, else after how many milliseconds it is worth asking again
   */
  take(account_id: string, points: number, keep?: number): Promise<number>;
  /** Nobody calls for this account for a while; a longer pause that is set already stays. */
  pause(account_id: string, for_ms: number): Promise<void>;
}

export interface CallBudgetOptions {
  /** Points that may be taken at once, and that come back within `period_ms`. */
  readonly points: number;
  readonly period_ms: number;
}
