/** What every source of training data promises; each implementation's test runs this. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hash32 } from '../../learning/numeric.ts';
import { exampleOf } from '../../schemas/examples.ts';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import type { Row } from '../../topology/coordinates.ts';
import type { ExampleQuery, TrainingData } from './port.ts';

export const start_ms = Date.UTC(2025, 0, 1);
const never = { aborted: false, reason: undefined };

/** A row of the archive, with what its topic's example does not say. */
export function archived(topic: string, offset: number, value: object, at_ms = start_ms): Row {
  return {
    table: topic.replaceAll('.', '_'),
    value: { ...exampleOf(topic), ...value },
    name: { group: 'archivist', run: 1, topic, partition: 0, offset, ordinal: 0 },
    at_ms,
  };
}

const count = 900;
/** Prediction `i` of an account: two at a time each hour; its actuals three days later, its impressions tell its number. */
function rowsOf(account_id: string, from_offset: number, impressions: (i: number) => number): readonly Row[] {
  return Array.from({ length: count }, (_, i) => {
    const at_ms = start_ms + Math.floor(i / 2) * hour_ms;
    const prediction_id = `p-${String(i).padStart(4, '0')}`;
    const known_ms = at_ms + 3 * day_ms;
    const made = {
      account_id,
      prediction_id,
      ad_id: `ad-${i % 100}`,
      features: [i, 0.5, -1],
      features_version: 2,
      baseline_rate: 0.02,
      at_ms,
    };
    const actual = {
      account_id,
      prediction_id,
      ad_id: made.ad_id,
      impressions: impressions(i),
      clicks: 3,
      revision: 0,
      predicted_ms: at_ms,
      known_ms,
      at_ms: known_ms,
    };
    return [archived('prediction.made', from_offset + i, made), archived('actuals.fetched', from_offset + i, actual)];
  }).flat();
}

const restated = {
  impressions: 77,
  clicks: 9,
  revision: 1,
  known_ms: start_ms + 20 * day_ms,
  at_ms: start_ms + 20 * day_ms,
};
const rows: readonly Row[] = [
  ...rowsOf('act_1', 0, (i) => 1_000 + i),
  ...rowsOf("act_2', 'or", 10_000, () => 5),
  // A newer revision of the third, and what is not learned from: of an older version of the features, without actuals.
  archived('actuals.fetched', 20_000, { account_id: 'act_1', prediction_id: 'p-0002', ...restated }),
  archived('actuals.fetched', 20_001, {
    account_id: 'act_1',
    prediction_id: 'p-0004',
    ...restated,
    impressions: 0,
    clicks: 0,
  }),
  archived('prediction.made', 20_002, {
    account_id: 'act_1',
    prediction_id: 'old',
    features_version: 1,
    at_ms: start_ms,
  }),
  archived('actuals.fetched', 20_003, { account_id: 'act_1', prediction_id: 'old', at_ms: start_ms }),
  archived('prediction.made', 20_004, {
    account_id: 'act_1',
    prediction_id: 'open',
    features: [1, 2, 3],
    features_version: 2,
    at_ms: start_ms,
  }),
  ...[
    ['first', 'trained', null, 1],
    ['worse', 'refused', 'first', 2],
    ['second', 'trained', 'first', 3],
  ].map(([model_id, status, champion_model_id, at]) =>
    archived(
      'model.trained',
      30_000 + Number(at),
      { account_id: 'act_1', request_id: model_id, model_id, status, champion_model_id, at_ms: start_ms + Number(at) },
      start_ms + Number(at),
    ),
  ),
  archived('model.trained', 30_009, { account_id: 'act_3', request_id: 'third', model_id: 'third' }, start_ms),
  archived(
    'model.rollback.requested',
    1,
    { account_id: 'act_1', to_model_id: 'first', at_ms: start_ms + 4 },
    start_ms + 4,
  ),
];

const all: ExampleQuery = {
  account_id: 'act_1',
  from_ms: start_ms,
  to_ms: start_ms + 400 * day_ms,
  most: 10_000,
  seed: 1,
};

export function trainingDataContract(
  open: (rows: readonly Row[]) => Promise<{ data: TrainingData; close(): Promise<void> }>,
): void {
  describe('training data', () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      opened = await open(rows);
    });
    afterAll(() => opened.close());

    it('are all predictions of the account with actuals, in the order of time, each once', async () => {
      const set = await opened.data.examples(all, never);
      // All but the one that was restated to nothing.
      const numbers = Array.from({ length: count }, (_, i) => i).filter((i) => i !== 4);
      expect(set).toMatchObject({ features_version: 2, columns: 3, of: count - 1 });
      expect(Array.from({ length: set.ads.length }, (_, row) => set.features[3 * row])).toEqual(numbers);
      expect([...set.features.slice(0, 6)]).toEqual([0, 0.5, -1, 1, 0.5, -1]);
      expect(set.ads).toEqual(numbers.map((i) => `ad-${i % 100}`));
      expect([...set.predicted_ms]).toEqual(numbers.map((i) => start_ms + Math.floor(i / 2) * hour_ms));
      expect(new Set(set.baseline_rates)).toEqual(new Set([0.02]));
    });

    it('have the counts of the newest revision, and were known with the first', async () => {
      const set = await opened.data.examples(all, never);
      expect([set.impressions[2], set.clicks[2], set.known_ms[2]]).toEqual([77, 9, start_ms + hour_ms + 3 * day_ms]);
      expect([set.impressions[3], set.clicks[3]]).toEqual([1_003, 3]);
    });

    it('know nothing of what came later than the range', async () => {
      const to_ms = start_ms + 10 * day_ms;
      const set = await opened.data.examples({ ...all, from_ms: start_ms + hour_ms, to_ms }, never);
      expect(set.predicted_ms[0]).toBe(start_ms + hour_ms);
      expect(set.predicted_ms.at(-1)).toBe(to_ms - 3 * day_ms);
      expect([set.impressions[0], set.impressions[2]]).toEqual([1_002, 1_004]);
    });

    it('of another account are never among them, whatever its name', async () => {
      const set = await opened.data.examples({ ...all, account_id: "act_2', 'or" }, never);
      expect(new Set(set.impressions)).toEqual(new Set([5]));
      expect(set.of).toBe(count);
      const none = await opened.data.examples({ ...all, account_id: 'act_9' }, never);
      expect(none).toMatchObject({ of: 0, ads: [] });
    });

    it('are drawn evenly over time where there are more than asked for, the same each time', async () => {
      const draw = (seed: number): Promise<readonly number[]> =>
        opened.data
          .examples({ ...all, most: 90, seed }, never)
          .then(({ features }) => [...features].filter((_, i) => i % 3 === 0));
      const drawn = await draw(hash32('a'));
      expect(drawn).toHaveLength(90);
      for (let tenth = 0; tenth < 10; tenth++)
        expect(drawn.filter((i) => Math.floor(i / 90) === tenth).length).toBeGreaterThanOrEqual(8);
      expect(await draw(hash32('a'))).toEqual(drawn);
      expect(await draw(hash32('b'))).not.toEqual(drawn);
    });

    it('tell what became of the account’s models, in the order of the log', async () => {
      const history = await opened.data.history('act_1');
      expect(
        history.map((event) =>
          event.kind === 'trained'
            ? [event.trained.model_id, event.trained.status, event.trained.champion_model_id]
            : event.rollback.to_model_id,
        ),
      ).toEqual([['first', 'trained', null], ['worse', 'refused', 'first'], ['second', 'trained', 'first'], 'first']);
    });

    it('have the trees of a model that was trained', async () => {
      const { columns, splits, rights, values, roots } = exampleOf('model.trained');
      expect(await opened.data.model('act_1', 'second')).toMatchObject({
        columns,
        trees: { splits, rights, values, roots },
      });
      expect(await opened.data.model('act_1', 'worse')).toBeNull();
      expect(await opened.data.model('act_1', 'third')).toBeNull();
    });
  });
}
