/** How evidence and shares came about, read from the analytics. */
import { z } from 'zod';
import type { SqlReader } from '../context.ts';
import type { ExperimentDetail, SeriesPoint } from '../operations.ts';

/** Points of a line at most; a longer history is thinned evenly. */
const most_points = 400;

/** Rows keep their arms as an array of records; through JSON that is an array of objects. */
const armsOf = <T extends z.ZodType>(arm: T): z.ZodArray<T> => z.array(arm);

const evidenceRow = z.tuple([z.coerce.number(), armsOf(z.object({ ad_id: z.string(), e_value: z.coerce.number() }))]);
const shareRow = z.tuple([
  z.coerce.number(),
  armsOf(
    z.object({
      adset_id: z.string(),
      share: z.coerce.number(),
      p_best: z.coerce.number(),
      mean: z.coerce.number(),
      low: z.coerce.number(),
      high: z.coerce.number(),
      expected_loss: z.coerce.number(),
    }),
  ),
  z.coerce.number(),
]);

/** Every n-th of the rows, so that no more than `most_points` are left; the last is always among them. */
const thinned = (table: string, filter: string, more = ''): string => `
  SELECT at_ms, arms${more} FROM (
    SELECT at_ms, arms${more}, row_number() OVER (ORDER BY at_ms DESC) AS newest, count() OVER () AS n
    FROM ${table} WHERE account_id = {account:String} AND at_ms <= {until:UInt64} AND ${filter}
  ) WHERE (newest - 1) % greatest(1, intDiv(n, ${most_points})) = 0 ORDER BY at_ms`;

/** What is said of after any time that a person may ask for. */
const no_end_ms = Number.MAX_SAFE_INTEGER;

interface Of {
  readonly account_id: string;
  /** Nothing after this is told, UTC epoch milliseconds. */
  readonly until_ms?: number | undefined;
}

/** log10 of each arm's e-value over time, by ad. */
export async function evidenceSeries(
  analytics: SqlReader,
  { account_id, experiment_id, until_ms = no_end_ms }: Of & { readonly experiment_id: string },
): Promise<readonly SeriesPoint[]> {
  const { rows } = await analytics.query(thinned('evidence_changed', 'experiment_id = {id:String}'), {
    parameters: { account: account_id, id: experiment_id, until: until_ms },
  });
  return rows.map((row) => {
    const [at_ms, arms] = evidenceRow.parse(row);
    return {
      at_ms,
      ...Object.fromEntries(arms.map(({ ad_id, e_value }) => [ad_id, Math.log10(Math.max(e_value, 1e-12))])),
    };
  });
}

/** Proposed share and P(best) of each ad set over time, what the split was expected to lose, and what was thought last. */
export async function shareSeries(
  analytics: SqlReader,
  { account_id, campaign_id, until_ms = no_end_ms }: Of & { readonly campaign_id: string },
): Promise<Pick<ExperimentDetail, 'shares' | 'p_best' | 'expected_loss' | 'posteriors'>> {
  const { rows } = await analytics.query(
    thinned('allocation_proposed', 'campaign_id = {id:String}', ', expected_loss'),
    { parameters: { account: account_id, id: campaign_id, until: until_ms } },
  );
  const points = rows.map((row) => shareRow.parse(row));
  const line = (field: 'share' | 'p_best'): readonly SeriesPoint[] =>
    points.map(([at_ms, arms]) => ({ at_ms, ...Object.fromEntries(arms.map((arm) => [arm.adset_id, arm[field]])) }));
  const last = points.at(-1);
  return {
    shares: line('share'),
    p_best: line('p_best'),
    expected_loss: points.map(([at_ms, , loss]) => ({ at_ms, loss })),
    posteriors: last === undefined ? null : { at_ms: last[0], arms: last[1] },
  };
}
