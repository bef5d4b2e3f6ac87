/** How near predictions came to the clicks, of what any predictor could reach. */
import type { ReactElement } from 'react';
import type { LearningView } from '../../operations/predictions/learning-view.ts';
import { count } from '../format/numbers.ts';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { stageWords } from './stage.ts';

const columns = [
  { head: 'Predicted' },
  { head: 'Ads', numeric: true },
  { head: 'Clicks', numeric: true },
  { head: 'Accuracy', numeric: true, title: 'Agreement over what a perfect predictor would reach at these exposures' },
  { head: '95 % interval', numeric: true },
  { head: 'Agreement', numeric: true, title: '1 less the sum of absolute errors over the sum of clicks' },
  { head: 'Ceiling', numeric: true, title: 'Agreement of a predictor that knows every true rate' },
  { head: 'Account mean', numeric: true, title: 'Agreement of predicting the mean of the account for every ad' },
  { head: 'Bias', numeric: true, title: 'Clicks over predicted clicks; 1 is unbiased' },
  { head: 'Verdict' },
];

const percent = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
const tones = { good: 'tone-good', poor: 'tone-bad', unknown: '' } as const;

interface Props {
  readonly account_id: string;
  readonly accuracy: LearningView['accuracy'];
}

export function Accuracy({ account_id, accuracy }: Props): ReactElement {
  return (
    <Panel
      title="How accurate"
      about="Over the last 30 days of matured predictions, by age of the ad when it was predicted. With few ads or clicks the verdict is unknown."
      aside={<Export table="accuracy_measured" account_id={account_id} />}
    >
      {accuracy.length === 0 ? (
        <Empty title="Nothing has matured yet">A prediction matures three days after it was made.</Empty>
      ) : (
        <Table label="Accuracy" columns={columns}>
          {accuracy.map((row) => (
            <tr key={row.stage}>
              <td>{stageWords[row.stage]}</td>
              <td className="num">{count(row.ads)}</td>
              <td className="num">{count(row.clicks)}</td>
              <td className="num">{percent(row.accuracy)}</td>
              <td className="num">{row.low === null ? '–' : `${percent(row.low)} – ${percent(row.high)}`}</td>
              <td className="num">{percent(row.agreement)}</td>
              <td className="num">{percent(row.ceiling)}</td>
              <td className="num">{percent(row.baseline_agreement)}</td>
              <td className="num">{row.bias === null ? '–' : row.bias.toFixed(2)}</td>
              <td>
                <span className={`chip ${tones[row.status]}`}>{row.status}</span>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Panel>
  );
}
