/** The queue of variations that winners propose, and what people say of them. Nothing is published by it. */
import { creativeVariations } from '../../../processors/creative-variations/decide.ts';
import { initialAccount } from '../../../processors/creative-variations/state.ts';
import { queueView } from '../../../processors/creative-variations/views.ts';
import { variationDecided, type VariationDecided } from '../../../schemas/index.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { OperationsContext } from '../context.ts';
import { keptParts, keptState } from '../running/kept-state.ts';
import { timeOf } from '../time-of.ts';
import type { VariationChoice, VariationQueue } from './variation-view.ts';

/** Those that wait in their order, then what is over. */
export async function variations(
  { engine, directory }: Pick<OperationsContext, 'engine' | 'directory'>,
  { account_id, limit }: { readonly account_id: string; readonly limit?: number },
): Promise<VariationQueue> {
  const state = (await keptState(engine, creativeVariations, account_id)) ?? initialAccount();
  const parts = await keptParts(engine, creativeVariations, account_id);
  const { rows, ...view } = queueView(account_id, state, parts, limit);
  return {
    ...view,
    rows: rows.map((row) => ({ ...row, winner_name: directory.adName(account_id, row.winner.ad_id) })),
  };
}

/**
 * Approves, skips, reopens or moves a variation, by an event.
 * @throws FlywheelError `variation.unknown`; `usage.invalid` where a text cannot be one
 */
export async function decideVariation(
  context: Pick<OperationsContext, 'engine' | 'source' | 'now_ms'>,
  { account_id, variation_id, action, ...choice }: VariationChoice,
): Promise<VariationDecided> {
  const { before_variation_id = null, by = null, reason = null } = choice;
  const state = (await keptState(context.engine, creativeVariations, account_id)) ?? initialAccount();
  for (const id of [variation_id, before_variation_id])
    if (id !== null && !state.entries.some((entry) => entry.variation_id === id))
      throw new FlywheelError('variation.unknown', { id, account_id });
  const at_ms = timeOf(context);
  const value: VariationDecided = {
    ...{ account_id, variation_id, action, before_variation_id },
    ...{ decided_by: by, reason, at_ms },
  };
  const broken = variationDecided.check(value, at_ms);
  if (broken !== undefined)
    throw new FlywheelError('usage.invalid', {
      why: `${broken.field} is ${broken.value}: ${broken.rule}`,
      what_to_do: broken.remedy,
    });
  await context.engine.publish({ source: 'operator', position: null, events: [variationDecided.event(value)] });
  return value;
}
