/** The group's handlers. */
import type { Policy } from '../../policy/policy.ts';
import type { VariationDecided, VariationProposed } from '../../schemas/index.ts';
import { processor, type Decide } from '../../topology/processor.ts';
import { inOrder, isOver, most_entries, type AccountState, type Entry, type Status, type Variation } from './state.ts';
import { wiring } from './wiring.ts';

type Parts = ReadonlyMap<string, Variation>;
type Changed = { readonly state: AccountState; readonly parts?: ReadonlyMap<string, Variation | null> };

export const decide: Decide<typeof wiring, Policy> = {
  'variation.proposed': (state, event, { parts }) => queued(state, event, parts),

  'variation.decided': (state, event, { parts }) => {
    const entry = state.entries.find(({ variation_id }) => variation_id === event.variation_id);
    // Made of already, or forgotten: there is nothing left to decide.
    if (entry === undefined || entry.made_ad_id !== null) return { state };
    if (event.action === 'move') return { state: moved(state, entry, event.before_variation_id) };
    return decided(state, entry, event, parts);
  },

  /** The same winner with the same change, whoever proposed it to whom. */
  'ad.created': (state, { ad_id, made_from, created_ms }, { parts }) => {
    const entry = state.entries.find(({ variation_id, made_ad_id }) => {
      const proposed = parts.get(variation_id)?.proposed;
      return made_ad_id === null && proposed !== undefined && made_from.some((from) => isMadeAs(from, proposed));
    });
    const part = entry === undefined ? undefined : parts.get(entry.variation_id);
    if (entry === undefined || part === undefined) return { state };
    return {
      state: replaced(state, { ...entry, status: 'made', made_ad_id: ad_id }),
      parts: new Map([[entry.variation_id, { ...part, made_ms: created_ms }]]),
    };
  },

  'experiment.declared': (state, { experiment_id, arms }, { parts }) => {
    let next = state;
    const changed = new Map<string, Variation>();
    for (const entry of state.entries) {
      const part = parts.get(entry.variation_id);
      if (entry.status !== 'made' || part === undefined) continue;
      if (!arms.some(({ ad_id }) => ad_id === entry.made_ad_id)) continue;
      next = replaced(next, { ...entry, status: 'testing' });
      changed.set(entry.variation_id, { ...part, experiment_id });
    }
    return { state: next, parts: changed };
  },

  /** What a person approved stays approved: it is to be tested anyway. */
  'winner.withdrawn': (state, { ad_id }) => ({
    state: {
      entries: state.entries.map((entry) =>
        entry.ad_id === ad_id && entry.status === 'open' ? { ...entry, status: 'withdrawn' } : entry,
      ),
    },
  }),
};

type MadeFrom = {
  readonly ad_id: string;
  readonly trait: string | null;
  readonly to: string | null;
  readonly from: string | null;
};

const isMadeAs = (made: MadeFrom, { ad_id, trait, from, to }: VariationProposed): boolean =>
  made.ad_id === ad_id && made.trait === trait && made.to === to && (made.from === null || made.from === from);

const replaced = ({ entries }: AccountState, next: Entry): AccountState => ({
  entries: entries.map((entry) => (entry.variation_id === next.variation_id ? next : entry)),
});

/** Proposed again it has its new numbers, and a withdrawn one is open again; what people said stands. */
function queued(state: AccountState, proposed: VariationProposed, parts: Parts): Changed {
  const { variation_id, ad_id, priority } = proposed;
  const known = state.entries.find((entry) => entry.variation_id === variation_id);
  const part = parts.get(variation_id) ?? { decided: null, made_ms: null, experiment_id: null };
  const next = new Map<string, Variation | null>([[variation_id, { ...part, proposed }]]);
  if (known !== undefined) {
    const status: Status = known.status === 'withdrawn' ? 'open' : known.status;
    return { state: replaced(state, { ...known, status }), parts: next };
  }
  const entry: Entry = { variation_id, ad_id, status: 'open', place: -priority, made_ad_id: null };
  const entries = [...state.entries, entry];
  if (entries.length <= most_entries) return { state: { entries }, parts: next };
  const gone = entries.find(isOver) ?? entries[0];
  if (gone !== undefined) next.set(gone.variation_id, null);
  return { state: { entries: entries.filter((one) => one !== gone) }, parts: next };
}

const statusAfter: Readonly<Record<Exclude<VariationDecided['action'], 'move'>, Status>> = {
  approve: 'approved',
  skip: 'skipped',
  reopen: 'open',
};

function decided(
  state: AccountState,
  entry: Entry,
  { action, decided_by, reason, at_ms }: VariationDecided,
  parts: Parts,
): Changed {
  const part = parts.get(entry.variation_id);
  if (action === 'move' || part === undefined) return { state };
  const said = action === 'reopen' ? null : { by: decided_by, reason, at_ms };
  return {
    state: replaced(state, { ...entry, status: statusAfter[action] }),
    parts: new Map([[entry.variation_id, { ...part, decided: said }]]),
  };
}

/** Half way between its new neighbours; behind all where it is put before none. */
function moved(state: AccountState, entry: Entry, before: string | null): AccountState {
  const others = inOrder(state.entries.filter((one) => one !== entry && !isOver(one)));
  const at = before === null ? others.length : others.findIndex(({ variation_id }) => variation_id === before);
  if (at < 0) return state;
  const [above, below] = [others[at - 1]?.place, others[at]?.place];
  const place =
    above === undefined ? (below ?? entry.place + 1) - 1 : below === undefined ? above + 1 : (above + below) / 2;
  return replaced(state, { ...entry, place });
}

export const creativeVariations = processor(wiring, decide);
