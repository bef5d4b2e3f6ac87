/** The newest predictions, why they are what they are, and what came of them. */
import type { ReactElement } from 'react';
import type { LearningView } from '../../operations/predictions/learning-view.ts';
import { rate } from '../format/numbers.ts';
import { zoneName } from '../format/time.ts';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table, type Column } from '../parts/table.tsx';
import { stageWords } from './stage.ts';

const columns = (zone: string): readonly Column[] => [
  { head: `Time (${zone})` },
  { head: 'Ad' },
  { head: 'Predicted' },
  { head: 'Click rate', numeric: true },
  { head: '95 % interval', numeric: true },
  { head: 'Came', numeric: true, title: 'Click rate over the horizon; – before it has matured' },
  { head: 'What moved it' },
];

interface Props {
  readonly account_id: string;
  readonly predictions: LearningView['predictions'];
}

export function Predictions({ account_id, predictions }: Props): ReactElement {
  return (
    <Panel
      title="Latest predictions"
      about="Against the account’s mean: what moved a prediction, the largest first."
      aside={<Export table="prediction_made" account_id={account_id} />}
    >
      {predictions.length === 0 ? (
        <Empty title="Nothing predicted yet">An ad is predicted when it is created.</Empty>
      ) : (
        <Table label="Latest predictions" columns={columns(zoneName(predictions[0]?.at_ms ?? 0))}>
          {predictions.map((one) => (
            <tr key={one.prediction_id}>
              <td className="when">
                <Moment at_ms={one.at_ms} zone={false} />
              </td>
              <td>{one.ad_id}</td>
              <td className="when">{stageWords[one.stage]}</td>
              <td className="num">{rate(one.rate)}</td>
              <td className="num">
                {rate(one.low)} – {rate(one.high)}
              </td>
              <td className="num">{one.came === null ? '–' : rate(one.came.clicks / one.came.impressions)}</td>
              <td className="causes">
                {one.causes.length === 0 ? 'nothing: the account’s mean' : one.causes.slice(0, 3).join(' · ')}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}
