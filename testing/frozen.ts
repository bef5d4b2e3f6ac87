/** Processors whose states cannot be changed in place: who tries throws, and the event becomes a dead letter. */
import type { AnyProcessor, Context, ErasedDecision } from '../topology/processor.ts';

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return;
  Object.freeze(value);
  for (const field of Object.values(value)) freeze(field);
}

function frozen(decision: ErasedDecision): ErasedDecision {
  freeze(decision.state);
  for (const part of decision.parts?.values() ?? []) freeze(part);
  return decision;
}

/** The same processor, whose states and parts are frozen, with all that is in them, as soon as they are decided. */
export const frozenStates = (processor: AnyProcessor): AnyProcessor => ({
  ...processor,
  decide: Object.fromEntries(
    Object.entries(processor.decide).map(([topic, decide]) => [
      topic,
      (state: never, event: never, context: Context<never, never>) => frozen(decide(state, event, context)),
    ]),
  ),
});
