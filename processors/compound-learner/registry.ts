/**
 * Which model of an account is in use, and how it came to be: a fold over what was trained and who went back. The same
 * fold answers the trainer, which reads the archive, and the predictor, which reads the log.
 */
import type { ModelRollbackRequested, ModelTrained } from '../../schemas/index.ts';

/** One change of the model in use. */
export interface Change {
  /** The model from then on; null: none. */
  readonly model_id: string | null;
  /** The one before. */
  readonly replaced: string | null;
  readonly how: 'trained' | 'rollback';
  /** UTC epoch milliseconds. */
  readonly at_ms: number;
}

export interface Registry {
  /** The model in use; null where none is. */
  readonly champion: string | null;
  /** The last changes, oldest first. */
  readonly lineage: readonly Change[];
}

export const emptyRegistry: Registry = { champion: null, lineage: [] };

/** Changes that are remembered: what one can go back to. */
const most_changes = 8;

/** Models that the registry names and whose trees must be kept. */
export const modelsOf = ({ lineage }: Registry): ReadonlySet<string> =>
  new Set(lineage.flatMap(({ model_id, replaced }) => [model_id, replaced]).filter((id) => id !== null));

function changed(registry: Registry, model_id: string | null, how: Change['how'], at_ms: number): Registry {
  const change: Change = { model_id, replaced: registry.champion, how, at_ms };
  return { champion: model_id, lineage: [...registry.lineage, change].slice(-most_changes) };
}

/**
 * The registry after a training. A model comes into use only where it was shown to be better than the one that is in
 * use now: one that beat another, which somebody has since gone back from or replaced, is not taken, nor is one twice.
 */
export function withTrained(
  registry: Registry,
  {
    model_id,
    status,
    champion_model_id,
    at_ms,
  }: Pick<ModelTrained, 'model_id' | 'status' | 'champion_model_id' | 'at_ms'>,
): Registry {
  if (status !== 'trained' || champion_model_id !== registry.champion || modelsOf(registry).has(model_id))
    return registry;
  return changed(registry, model_id, 'trained', at_ms);
}

/** The registry after somebody asked for an earlier model: unchanged where that is in use, or no longer known. */
export function withRollback(
  registry: Registry,
  { to_model_id, at_ms }: Pick<ModelRollbackRequested, 'to_model_id' | 'at_ms'>,
): Registry {
  if (to_model_id === registry.champion) return registry;
  if (to_model_id !== null && !modelsOf(registry).has(to_model_id)) return registry;
  return changed(registry, to_model_id, 'rollback', at_ms);
}
