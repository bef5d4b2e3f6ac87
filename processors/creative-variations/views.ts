/** The queue as people see it. */
import { counted, lift } from '../../learning/dna/formula/words.ts';
import { inOrder, isOver, type AccountState, type Decided, type Status, type Variation } from './state.ts';

export interface VariationRow {
  readonly variation_id: string;
  readonly status: Status;
  /** Place in the queue from 1; null for what is over. */
  readonly place: number | null;
  readonly winner: { readonly ad_id: string; readonly experiment_id: string; readonly lift: number };
  readonly trait: string;
  readonly from: string | null;
  readonly to: string | null;
  /** On the log of the click rate, with its 95 % interval. */
  readonly effect: number;
  readonly low: number;
  readonly high: number;
  readonly experiments: number;
  readonly score: number;
  readonly information: number;
  readonly words: string;
  readonly decided: Decided | null;
  readonly made_ad_id: string | null;
  readonly experiment_id: string | null;
  readonly proposed_ms: number;
  /** What `ad.created` of the ad that is made of it says in `made_from`. */
  readonly made_from: {
    readonly ad_id: string;
    readonly trait: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly suggested_by: 'score';
    readonly decision_id: null;
  };
}

export interface QueueView {
  readonly account_id: string;
  /** Those that wait first, in the order of the queue; then what is over, newest first. */
  readonly rows: readonly VariationRow[];
  readonly waiting: number;
  readonly words: string;
}

/** @param parts variations by their id */
export function queueView(
  account_id: string,
  { entries }: AccountState,
  parts: ReadonlyMap<string, Variation>,
  limit = 100,
): QueueView {
  const ordered = inOrder(entries.filter((entry) => !isOver(entry)));
  const over = entries.filter(isOver).reverse();
  const rows = [...ordered, ...over].flatMap((entry, i): readonly VariationRow[] => {
    const variation = parts.get(entry.variation_id);
    if (variation === undefined) return [];
    return [rowOf(entry, variation, i < ordered.length ? i + 1 : null)];
  });
  return {
    account_id,
    rows: rows.slice(0, limit),
    waiting: ordered.length,
    words: wordsOf(ordered.length, over.length),
  };
}

function rowOf(
  { variation_id, status, made_ad_id }: AccountState['entries'][number],
  { proposed, decided, experiment_id }: Variation,
  place: number | null,
): VariationRow {
  const { ad_id, trait, from, to, effect, low, high, experiments, score, information } = proposed;
  return {
    ...{ variation_id, status, place },
    winner: { ad_id, experiment_id: proposed.experiment_id, lift: proposed.winner_lift },
    ...{ trait, from, to, effect, low, high, experiments, score, information },
    words: `${lift({ effect, low, high })} in ${counted(experiments)}: an association, to be tested`,
    ...{ decided, made_ad_id, experiment_id },
    proposed_ms: proposed.at_ms,
    made_from: { ad_id, trait, from, to, suggested_by: 'score', decision_id: null },
  };
}

const wordsOf = (waiting: number, over: number): string =>
  waiting + over === 0
    ? 'no variation yet: one is proposed when an ad wins and the experiments of the account know a change for it'
    : waiting === 0
      ? 'nothing waits'
      : `${waiting} ${waiting === 1 ? 'waits' : 'wait'}; nothing is published by itself`;
