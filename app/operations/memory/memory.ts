/** Winners that an account remembers: the newest, or those that a text resembles. */
import { headlineOnly } from '../../../learning/dna/creative.ts';
import { extract } from '../../../learning/dna/extract.ts';
import { ragMemory } from '../../../processors/rag-memory/decide.ts';
import type { AdPart, Won } from '../../../processors/rag-memory/state.ts';
import type { OperationsContext } from '../context.ts';
import { keptParts, keptStates } from '../running/kept-state.ts';
import type { MemoryQuestion, MemoryView, RememberedWinner } from './view.ts';

const usual_limit = 20;
/** Time that whoever makes vectors has, milliseconds. */
const deadline_ms = 20_000;

interface Standing {
  readonly ad_id: string;
  readonly ad: AdPart;
  readonly won: Won;
}

/** Of the account that is asked for, else of the one with most winners. */
export async function memory(context: OperationsContext, question: MemoryQuestion): Promise<MemoryView> {
  const accounts = await accountsOf(context);
  const account_id = question.account_id ?? accounts[0]?.account_id ?? null;
  const { model, dimensions } = context.memory.embeddings;
  const winners = account_id === null ? [] : await winnersOf(context, account_id);
  const standing = winners.filter(({ won }) => won.withdrawn_ms === null);
  const matching = standing.filter((one) => passes(one, question));
  const { scores, failure } = await scored(context, account_id, question);
  const found = ranked(matching, scores, question.min_score);
  return {
    accounts,
    account_id,
    model,
    dimensions,
    standing: standing.length,
    withdrawn: winners.length - standing.length,
    formats: [...new Set(standing.map(({ ad }) => ad.format))].sort(),
    winners: found
      .slice(0, question.limit ?? usual_limit)
      .map(({ one, score }) => shown(context, account_id, one, score)),
    matching: found.length,
    failure,
  };
}

async function accountsOf({ engine }: OperationsContext): Promise<MemoryView['accounts']> {
  const found: { account_id: string; winners: number }[] = [];
  for await (const { key, state } of keptStates(engine, ragMemory))
    found.push({ account_id: key, winners: state.winners });
  return found.sort((a, b) => b.winners - a.winners || (a.account_id < b.account_id ? -1 : 1));
}

async function winnersOf({ engine }: OperationsContext, account_id: string): Promise<readonly Standing[]> {
  const parts = await keptParts(engine, ragMemory, account_id);
  return [...parts].flatMap(([ad_id, ad]) => (ad.won === null ? [] : [{ ad_id, ad, won: ad.won }]));
}

const passes = ({ ad, won }: Standing, { format, niche, since_ms, min_rate }: MemoryQuestion): boolean =>
  (format === undefined || ad.format === format) &&
  (niche === undefined || won.niche === niche) &&
  (since_ms === undefined || won.won_at_ms >= since_ms) &&
  (min_rate === undefined || won.rate >= min_rate);

interface Scored {
  /** Cosine with the text by ad; null without a text. */
  readonly scores: ReadonlyMap<string, number> | null;
  readonly failure: string | null;
}

/** The text is read as the headline of a new creative: what recall would find for it. */
async function scored(
  { memory: { embeddings, vectors, lacking } }: OperationsContext,
  account_id: string | null,
  { text }: MemoryQuestion,
): Promise<Scored> {
  if (account_id === null || text === undefined) return { scores: null, failure: null };
  const { traits } = extract(headlineOnly(text));
  const known = traits.filter(({ value }) => value !== 'unknown').map(({ trait, value }) => `${trait}=${value}`);
  try {
    const [vector] = await embeddings.embed([{ text, traits: known }], AbortSignal.timeout(deadline_ms));
    if (vector === undefined) throw new Error('the embedding provider answered with nothing');
    const near = await vectors.search({ account_id, vector, limit: Math.max(1, await vectors.count(account_id)) });
    return { scores: new Map(near.map(({ ad_id, score }) => [ad_id, score])), failure: lacking(account_id) };
  } catch (error) {
    return { scores: new Map(), failure: error instanceof Error ? error.message : String(error) };
  }
}

interface Ranked {
  readonly one: Standing;
  readonly score: number | null;
}

/** The nearest first; without a text the newest. A winner without a vector has no score and is left out. */
function ranked(all: readonly Standing[], scores: Scored['scores'], min_score = -1): readonly Ranked[] {
  if (scores === null)
    return all.toSorted((a, b) => b.won.won_at_ms - a.won.won_at_ms).map((one) => ({ one, score: null }));
  return all
    .flatMap((one) => {
      const score = scores.get(one.ad_id);
      return score === undefined || score < min_score ? [] : [{ one, score }];
    })
    .toSorted((a, b) => b.score - a.score || (a.one.ad_id < b.one.ad_id ? -1 : 1));
}

function shown(
  { directory, experiments }: OperationsContext,
  account_id: string | null,
  { ad_id, ad, won }: Standing,
  score: number | null,
): RememberedWinner {
  const account = account_id ?? '';
  const { experiment_id, rate, lift, lift_low, lift_high, impressions, won_at_ms } = won;
  const announced = experiments.get(account, experiment_id)?.announcement;
  return {
    ad_id,
    name: directory.adName(account, ad_id),
    text: ad.text,
    format: ad.format,
    traits: ad.dna?.traits ?? [],
    score,
    experiment_id,
    experiment_name: directory.experiment(account, experiment_id)?.name ?? experiment_id,
    decision_id: announced?.kind === 'winner' ? announced.decision_id : null,
    rate,
    lift,
    lift_low,
    lift_high,
    impressions,
    won_at_ms,
  };
}
