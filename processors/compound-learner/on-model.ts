/** Models of the trees come into use, and go out of it. */
import type { ModelRollbackRequested, ModelTrained } from '../../schemas/index.ts';
import { modelsOf, withRollback, withTrained, type Registry } from './registry.ts';
import { modelName, type AccountState, type Part } from './state.ts';

export interface Taken {
  readonly state: AccountState;
  readonly parts: ReadonlyMap<string, Part | null>;
}

/** State and parts after a training: its model is in use where it beat the one that is. */
export function takeTrained(state: AccountState, event: ModelTrained): Taken {
  const registry = withTrained(state.registry, event);
  if (registry === state.registry) return { state, parts: new Map() };
  const { model_id, features_version, columns, splits, rights, values, roots } = event;
  const trees = { splits, rights, values, roots };
  return {
    state: { ...state, registry },
    parts: new Map<string, Part | null>([
      [modelName(model_id), { kind: 'model', model_id, features_version, columns, trees }],
      ...forgotten(state.registry, registry),
    ]),
  };
}

/** State and parts after somebody asked for an earlier model. */
export function takeRollback(state: AccountState, event: ModelRollbackRequested): Taken {
  const registry = withRollback(state.registry, event);
  if (registry === state.registry) return { state, parts: new Map() };
  return { state: { ...state, registry }, parts: new Map(forgotten(state.registry, registry)) };
}

/** Models that nobody can go back to any more. */
const forgotten = (before: Registry, after: Registry): readonly (readonly [string, null])[] => {
  const kept = modelsOf(after);
  return [...modelsOf(before)].filter((id) => !kept.has(id)).map((id) => [modelName(id), null]);
};
