/** How soon memory answers among many winners of one account, and whether it finds the nearest. */
import { hashed_dimensions, hashedEmbedding } from '../../learning/memory/embedding.ts';
import { generator, type Random } from '../../learning/numeric.ts';
import { InProcessVectors } from '../../ports/vectors/in-process/in-process.ts';
import type { Point } from '../../ports/vectors/port.ts';
import type { Measure } from '../measures.ts';
import { quantile } from './statistics.ts';
import { targets } from './targets.ts';

export interface RecallSize {
  readonly winners: number;
  readonly questions: number;
  readonly seed: number;
  readonly onProgress: (text: string) => void;
}

const account_id = 'act_1';
const vocabulary = 4_000;
const words_of_headline = 9;
const hooks = 20;
const neighbours = 10;
/** Questions before any is timed: the code is compiled by then. */
const warm_up = 20;

/** A headline of words of which a few are said often, and a hook. */
function creative(random: Random): Float32Array {
  const words = Array.from({ length: words_of_headline }, () => `word${Math.floor(vocabulary * random() ** 2)}`);
  return hashedEmbedding(words.join(' '), [`hook=${Math.floor(hooks * random())}`]);
}

const pointOf = (i: number, vector: Float32Array): Point => ({
  account_id,
  ad_id: `ad_${i}`,
  version: 1,
  vector,
  payload: { experiment_id: `exp_${i}`, format: 'image', niche: null, lift: 0.1, won_at_ms: i + 1 },
});

/** The nearest by comparing with all, in double precision and nothing left out. */
function exact(vectors: readonly Float32Array[], query: Float32Array): ReadonlySet<string> {
  const scores = vectors.map((vector, i) => {
    let score = 0;
    for (let d = 0; d < hashed_dimensions; d++) score += (vector[d] ?? 0) * (query[d] ?? 0);
    return { ad_id: `ad_${i}`, score };
  });
  return new Set(
    scores
      .sort((a, b) => b.score - a.score)
      .slice(0, neighbours)
      .map(({ ad_id }) => ad_id),
  );
}

export async function recallMeasures({
  winners,
  questions,
  seed,
  onProgress,
}: RecallSize): Promise<readonly Measure[]> {
  const random = generator(seed);
  onProgress(`memory of ${winners} winners`);
  const vectors = Array.from({ length: winners }, () => creative(random));
  const store = new InProcessVectors(hashed_dimensions);
  await store.upsert(vectors.map((vector, i) => pointOf(i, vector)));
  onProgress(`${questions} questions`);
  const times: number[] = [];
  let [found, asked] = [0, 0];
  for (let question = -warm_up; question < questions; question++) {
    const vector = creative(random);
    const from = performance.now();
    const answer = await store.search({ account_id, vector, limit: neighbours });
    if (question < 0) continue;
    times.push(performance.now() - from);
    // Comparing with all takes longer than the answer: every tenth is enough.
    if (question % 10 !== 0) continue;
    const nearest = exact(vectors, vector);
    asked += neighbours;
    found += answer.filter(({ ad_id }) => nearest.has(ad_id)).length;
  }
  const ascending = times.toSorted((a, b) => a - b);
  const labels = { winners: String(winners), store: 'in process' };
  const latency = (name: string, q: number): Measure => ({
    name: 'latency',
    labels: { ...labels, quantile: name },
    value: quantile(ascending, q),
    unit: 'ms',
    n: questions,
    ...(name === 'p95' ? { target: targets.recall_p95_ms } : {}),
  });
  return [
    latency('p50', 0.5),
    latency('p95', 0.95),
    { name: 'recall_at_10', labels, value: found / asked, unit: '1', n: asked, target: targets.recall_at_10 },
  ];
}
