/** Variations of winners, as they are asked for and decided. */
import type { QueueView, VariationRow } from '../../../processors/creative-variations/views.ts';
import type { VariationDecided } from '../../../schemas/index.ts';

export interface NamedVariation extends VariationRow {
  /** What people call the winner. */
  readonly winner_name: string;
}

export interface VariationQueue extends Omit<QueueView, 'rows'> {
  readonly rows: readonly NamedVariation[];
}

export interface VariationChoice {
  readonly account_id: string;
  readonly variation_id: string;
  readonly action: VariationDecided['action'];
  /** Where it is moved to: before this one; the last place where it is left out. */
  readonly before_variation_id?: string;
  readonly by?: string;
  readonly reason?: string;
}
