/** The ads that are compared, as a table; the first column's mark is their colour in the charts. */
import type { ReactElement } from 'react';
import type { ExperimentDetail } from '../../operations/operations.ts';
import { armColour } from '../format/arms.ts';
import { evidenceWords, standsOut } from '../format/evidence.ts';
import { metricWords, shareMeaning } from '../format/metric.ts';
import { count, rate, share } from '../format/numbers.ts';
import { Panel } from '../parts/panel.tsx';
import { Table, type Column } from '../parts/table.tsx';

type Arm = ExperimentDetail['arms'][number];

const true_rate_meaning =
  'True link click rate of the present day, which has fallen as the audience tired; the rate beside it is over all impressions since the start. Known because the account is simulated; no rule sees it';

const columns = (detail: ExperimentDetail, simulated: boolean): readonly Column[] => [
  { head: 'Ad' },
  { head: 'Impressions', numeric: true },
  { head: metricWords[detail.primary_metric].successes, numeric: true },
  { head: metricWords[detail.primary_metric].value, numeric: true, title: 'Over all its impressions so far' },
  ...(simulated ? [{ head: 'True rate now', numeric: true, title: true_rate_meaning }] : []),
  { head: 'Evidence', numeric: true, title: 'e-value: its evidence against its closest rival' },
  { head: 'P(best)', numeric: true, title: 'Probability that its ad set is the best of its campaign' },
  {
    head: 'Proposed share',
    numeric: true,
    title: `Of the budget, proposed last for its ad set; ${shareMeaning(detail)}`,
  },
];

export function Arms({ detail }: { readonly detail: ExperimentDetail }): ReactElement {
  const { arms, leading_ad_id, threshold, e_value, primary_metric } = detail;
  const simulated = arms.some(({ true_rate }) => true_rate !== null);
  return (
    <Panel
      title="Ads"
      about={
        simulated
          ? 'True rates are known here because the account is simulated; they fall as an audience tires, below what was clicked before.'
          : undefined
      }
    >
      <Table label="Ads of the experiment" columns={columns(detail, simulated)} className="arms">
        {arms.map((arm, i) => (
          <tr key={arm.ad_id}>
            <th scope="row">
              <Name arm={arm} colour={armColour(i)} leads={arm.ad_id === leading_ad_id && standsOut(e_value)} />
            </th>
            <td className="num">{count(arm.impressions)}</td>
            <td className="num">{count(arm.clicks)}</td>
            <td className="num">{metricWords[primary_metric].say(arm.rate)}</td>
            {simulated && <td className="num quiet">{arm.true_rate === null ? '–' : rate(arm.true_rate)}</td>}
            <td className={`num ${arm.e_value >= threshold ? 'passed' : ''}`}>{evidenceWords(arm.e_value)}</td>
            <td className="num">{share(arm.p_best)}</td>
            <td className="num">{share(arm.share)}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

function Name({
  arm,
  colour,
  leads,
}: {
  readonly arm: Arm;
  readonly colour: string;
  readonly leads: boolean;
}): ReactElement {
  return (
    <span className="arm-name">
      <span className="swatch" style={{ background: colour }} aria-hidden="true" />
      <span>
        {arm.headline ?? arm.name}
        {leads && <span className="leads"> leads</span>}
        <span className="under">
          {arm.headline === null || arm.headline === arm.name ? arm.ad_id : `${arm.name} · ${arm.ad_id}`}
        </span>
      </span>
    </span>
  );
}
