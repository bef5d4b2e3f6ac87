/** How much each expert counts over time. */
import { useMemo, type ReactElement } from 'react';
import type { SeriesPoint } from '../../operations/operations.ts';
import { share } from '../format/numbers.ts';
import { chartData, type Line } from '../format/series.ts';
import { Chart } from '../parts/chart.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Panel } from '../parts/panel.tsx';

const lines: readonly Line[] = [
  { id: 'bandit', name: 'Account and memory', colour: 'var(--arm-0)', dash: [] },
  { id: 'dna', name: 'Creative DNA', colour: 'var(--arm-1)', dash: [] },
  { id: 'trees', name: 'Trees', colour: 'var(--arm-2)', dash: [] },
];
const wholePercent = (fraction: number): string => `${Math.round(fraction * 100)} %`;

interface Props {
  readonly account_id: string;
  readonly points: readonly SeriesPoint[];
}

export function Weights({ account_id, points }: Props): ReactElement {
  const data = useMemo(() => chartData(points, lines), [points]);
  return (
    <Panel
      title="Who is believed"
      about="Weight of each expert for ads that were not shown yet. Who predicted better gains; who is absent keeps its share."
      aside={<Export table="ensemble_reweighted" account_id={account_id} />}
    >
      {points.length < 2 ? (
        <Empty title="No history yet">Weights move with every prediction that matures.</Empty>
      ) : (
        <Chart
          label="Weights of the experts"
          lines={lines}
          data={data}
          format={share}
          axis={wholePercent}
          bounds={[0, 1]}
        />
      )}
    </Panel>
  );
}
