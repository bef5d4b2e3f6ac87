/** The engine as components reach it: what can be asked, and what it pushes. */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Operations } from '../../operations/operations.ts';
import type { Live, LiveState } from './live.ts';

export interface EngineAccess {
  readonly operations: Operations;
  readonly live: Live;
}

export const EngineContext = createContext<EngineAccess | null>(null);

export function useEngine(): EngineAccess {
  const engine = useContext(EngineContext);
  if (engine === null) throw new Error('a component that asks the engine stands outside EngineContext');
  return engine;
}

export function useLive(): LiveState {
  const { live } = useEngine();
  return useSyncExternalStore(live.subscribe, live.state);
}

/** Changes each time messages were missed; nothing else draws anew who uses it. */
export function useMisses(): number {
  const { live } = useEngine();
  return useSyncExternalStore(live.subscribe, () => live.state().misses);
}
