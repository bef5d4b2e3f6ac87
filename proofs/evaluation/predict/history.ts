/** How accuracy grows with history: the same pairs predicted after more and more of it. */
import type { Measure } from '../../measures.ts';
import { clusteredMean, hit, logLoss, type Resampling } from './figures.ts';
import type { Forecast } from './forecast.ts';
import { history_shares } from './protocol.ts';

const frozen = 0;

/**
 * Accuracy of the ranker that learned all the history there was (`mix`) and of one that stopped learning after the first
 * tenth (`mix-frozen`), whose accuracy does not depend on the history by what it is; and their difference, pair by pair.
 */
export function historyMeasures(forecasts: readonly Forecast[], resampling: Resampling): readonly Measure[] {
  return history_shares.flatMap((share, k) => {
    const history = String(share);
    const measured = (
      name: string,
      model: string,
      unit: string,
      of: (forecast: Forecast) => number,
      chosen: readonly Forecast[] = forecasts,
    ): Measure => ({ name, labels: { model, history }, unit, ...clusteredMean(chosen, of, resampling) });
    const significant = forecasts.filter((forecast) => forecast.significant);
    return [
      measured('pair_accuracy_by_history', 'mix', 'fraction', (one) => hit(one, k)),
      measured('pair_accuracy_by_history', 'mix-frozen', 'fraction', (one) => hit(one, frozen)),
      measured('history_gain', 'mix', 'fraction', (one) => hit(one, k) - hit(one, frozen)),
      measured('history_gain_significant', 'mix', 'fraction', (one) => hit(one, k) - hit(one, frozen), significant),
      measured('entropy_by_history', 'mix', 'fraction of ln 2', (one) => logLoss(one, k) / Math.LN2),
    ];
  });
}
