/** What goes with a better click rate in the account, with how sure that is. */
import type { ReactElement } from 'react';
import type { LearningView } from '../../operations/learning-view.ts';
import { counted } from '../format/numbers.ts';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { Applications } from './applications.tsx';
import { Effects } from './effects.tsx';

interface Props {
  readonly account_id: string | null;
  readonly traits: LearningView['traits'];
}

export function Traits({ account_id, traits }: Props): ReactElement {
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
        <Effects effects={traits.effects} support={({ experiments }) => counted(experiments, 'experiment')} />
      )}
      {account_id !== null && <Applications account_id={account_id} />}
    </Panel>
  );
}
