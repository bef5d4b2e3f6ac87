/** Whether predictions get better than those of a control that stopped learning. */
import { useMemo, type ReactElement } from 'react';
import type { LearningView } from '../../operations/predictions/learning-view.ts';
import { count } from '../format/numbers.ts';
import { chartData, type Line } from '../format/series.ts';
import { Chart } from '../parts/chart.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Panel } from '../parts/panel.tsx';
import { nats } from './nats.ts';

const lines: readonly Line[] = [
  { id: 'gain', name: 'Saved', colour: 'var(--accent)', dash: [] },
  { id: 'low', name: '95 % from', colour: 'var(--muted)', dash: [4, 4] },
  { id: 'high', name: '95 % to', colour: 'var(--muted)', dash: [4, 4] },
];

type Known = NonNullable<LearningView['improvement']>;

interface Props {
  readonly account_id: string;
  readonly improvement: LearningView['improvement'];
}

export function Improvement({ account_id, improvement }: Props): ReactElement {
  return (
    <Panel
      title="Is it learning?"
      about="Log loss saved against a control that stopped learning at its start, on the same ads; above 0 learning helps."
      aside={
        improvement !== null && (
          <span className="panel-tools">
            <Verdict improvement={improvement} />
            <Export table="improvement_measured" account_id={account_id} />
          </span>
        )
      }
    >
      {improvement === null || improvement.history.length < 2 ? (
        <Empty title="Too early to say">
          The control is frozen once ten predictions have matured. Thirty later ones are compared before anything is
          said.
        </Empty>
      ) : (
        <Course improvement={improvement} />
      )}
    </Panel>
  );
}

function Verdict({ improvement: { gain, low, high } }: { readonly improvement: Known }): ReactElement {
  if (gain === null || low === null || high === null) return <span className="chip">too early</span>;
  if (low > 0) return <span className="chip tone-good">learning helps</span>;
  if (high < 0) return <span className="chip tone-bad">worse than the control</span>;
  return <span className="chip">no difference shown</span>;
}

function Course({ improvement }: { readonly improvement: Known }): ReactElement {
  const { history, points, ads, days } = improvement;
  const data = useMemo(
    () =>
      chartData(
        history.map((point) => ({ ...point })),
        lines,
      ),
    [history],
  );
  return (
    <>
      <Chart
        label="Log loss saved per ad over time"
        lines={lines}
        data={data}
        format={nats}
        limit={{ at: 0, words: 'control' }}
      />
      <dl className="facts">
        <Fact name="Compared" value={`${count(ads)} ads in ${count(days)} days`} />
        {points.map((point) => (
          <Fact key={point.horizon_days} name={horizon(point.horizon_days)} value={pointWords(point)} />
        ))}
      </dl>
    </>
  );
}

const horizon = (days: number): string => (days === 0 ? 'Level now' : `In ${days} days`);

const pointWords = ({ gain, low, high }: Known['points'][number]): string =>
  gain === null || low === null || high === null ? 'too early' : `${nats(gain)} (80 %: ${nats(low)} to ${nats(high)})`;

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
