/** What goes with a better click rate in the account, with how sure that is. */
import type { ReactElement } from 'react';
import type { LearningView } from '../../operations/predictions/learning-view.ts';
import { counted } from '../format/numbers.ts';
import { Effects } from '../parts/effects.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Panel } from '../parts/panel.tsx';

interface Props {
  readonly account_id: string;
  readonly traits: LearningView['traits'];
}

export function Traits({ account_id, traits }: Props): ReactElement {
  return (
    <Panel
      title="What goes with more clicks"
      about="Effect of a creative trait on the click rate inside experiments, shrunken, with its 95 % interval; the surest first. An association, not a cause: who writes one hook also writes other words."
      aside={
        traits !== null && (
          <span className="panel-tools">
            <span className="aside">{shownOf(traits)}</span>
            <Export table="dna_formula_updated" account_id={account_id} />
          </span>
        )
      }
    >
      {traits === null || traits.effects.length === 0 ? (
        <Empty title="Nothing compared yet">
          Traits are told apart where the ads of one experiment differ in them.
        </Empty>
      ) : (
        <Effects effects={traits.effects} support={({ experiments }) => counted(experiments, 'experiment')} />
      )}
    </Panel>
  );
}

function shownOf({ effects, compared, experiments }: NonNullable<LearningView['traits']>): string {
  const of = effects.length < compared ? `${effects.length} of ${compared} traits` : counted(compared, 'trait');
  return `${of}, ${counted(experiments, 'experiment')}`;
}
