/** Effects of traits on the click rate as points with their intervals, on one scale around nothing. */
import type { ReactElement } from 'react';

interface Effect {
  readonly trait: string;
  readonly value: string;
  /** On the log of the click rate. */
  readonly effect: number;
  readonly low: number;
  readonly high: number;
}

interface Props<E extends Effect> {
  readonly effects: readonly E[];
  /** What is behind an effect, in a few words; nothing where that is said already. */
  readonly support?: (effect: E) => string;
}

export function Effects<E extends Effect>({ effects, support }: Props<E>): ReactElement {
  const reach = Math.max(...effects.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high))));
  const at = (value: number): number => 50 + (value / reach) * 50;
  return (
    <ul className="effects">
      {effects.map((effect) => {
        const { trait, value, low, high } = effect;
        const tone = low > 0 ? 'tone-good' : high < 0 ? 'tone-bad' : 'tone-quiet';
        return (
          <li key={`${trait}=${value}`} className={tone}>
            <span className="effect-name">
              {words(trait)}: <strong>{words(value)}</strong>
            </span>
            <span className="effect-bar" aria-hidden="true">
              <span className="effect-span" style={{ left: `${at(low)}%`, width: `${at(high) - at(low)}%` }} />
              <span className="effect-point" style={{ left: `${at(effect.effect)}%` }} />
            </span>
            <span className="effect-value">
              {signed(effect.effect)}{' '}
              <span className="quiet">
                ({signed(low)} to {signed(high)}){support !== undefined && `, ${support(effect)}`}
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const words = (name: string): string => name.replaceAll('_', ' ');
const signed = (log: number): string => {
  const change = Math.expm1(log) * 100;
  return `${change < 0 ? '−' : '+'}${Math.abs(change).toFixed(1)} %`;
};
