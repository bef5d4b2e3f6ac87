/** What goes with a better click rate in the account, with how sure that is. */
import type { ReactElement } from 'react';
import type { LearningView } from '../../operations/learning-view.ts';
import { counted } from '../format/numbers.ts';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';

type Known = NonNullable<LearningView['traits']>;
type Effect = Known['effects'][number];

export function Traits({ traits }: { readonly traits: LearningView['traits'] }): ReactElement {
  return (
    <Panel
      title="What goes with more clicks"
      about="Effect of a creative trait on the click rate inside experiments, shrunken, with its 95 % interval; the surest first. An association, not a cause: who writes one hook also writes other words."
      aside={traits === null ? undefined : <span className="aside">{counted(traits.experiments, 'experiment')}</span>}
    >
      {traits === null || traits.effects.length === 0 ? (
        <Empty title="Nothing compared yet">
          Traits are told apart where the ads of one experiment differ in them.
        </Empty>
      ) : (
        <Effects effects={traits.effects} />
      )}
    </Panel>
  );
}

function Effects({ effects }: { readonly effects: readonly Effect[] }): ReactElement {
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
                ({signed(low)} to {signed(high)}), {counted(effect.experiments, 'experiment')}
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
