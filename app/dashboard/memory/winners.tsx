/** Remembered winners as rows; each leads to the decision that announced it. */
import type { ReactElement } from 'react';
import type { RememberedWinner } from '../../operations/memory/view.ts';
import { change, changeRange } from '../format/change.ts';
import { count, rate } from '../format/numbers.ts';
import { zoneName } from '../format/time.ts';
import { Moment } from '../parts/moment.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo, hrefToDecision } from '../shell/route.ts';

interface Props {
  readonly account_id: string;
  readonly winners: readonly RememberedWinner[];
  /** Whether they were compared with a text. */
  readonly scored: boolean;
}

export function WinnerTable({ account_id, winners, scored }: Props): ReactElement {
  const zone = zoneName(winners[0]?.won_at_ms ?? Date.now());
  const columns = [
    { head: 'Winner' },
    ...(scored ? [{ head: 'Likeness', title: 'Cosine of the two vectors, exact' }] : []),
    { head: 'Lift', numeric: true, title: 'Over its best rival when it won, shrunken, with its 95 % interval' },
    { head: 'Click rate', numeric: true, title: 'When it won' },
    { head: 'Impressions', numeric: true, title: 'Of all ads of its experiment when it won' },
    { head: `Won (${zone})`, title: "By the source's clock; UTC under the pointer" },
  ];
  return (
    <Table label="Winners" columns={columns} className="winners">
      {winners.map((winner) => (
        <Row key={winner.ad_id} winner={winner} href={hrefOf(account_id, winner)} scored={scored} />
      ))}
    </Table>
  );
}

interface RowProps {
  readonly winner: RememberedWinner;
  readonly href: string;
  readonly scored: boolean;
}

function Row({ winner, href, scored }: RowProps): ReactElement {
  const { ad_id, name, format, experiment_name, score, lift, lift_low, lift_high, impressions, won_at_ms } = winner;
  const told = [experiment_name, ad_id, ...(format === 'unknown' ? [] : [format])].join(' · ');
  return (
    <tr className="linked">
      <th scope="row">
        <a className="clamped" href={href} title={winner.text === '' ? name : winner.text}>
          {name}
        </a>
        <span className="under">{told}</span>
      </th>
      {scored && <td data-head="Likeness">{score !== null && <Likeness score={score} />}</td>}
      <td className="num" data-head="Lift">
        <strong>{change(lift)}</strong>
        <span className="under">{changeRange(lift_low, lift_high)}</span>
      </td>
      <td className="num" data-head="Click rate">
        {rate(winner.rate)}
      </td>
      <td className="num" data-head="Impressions">
        {count(impressions)}
      </td>
      <td className="when" data-head="Won">
        <Moment at_ms={won_at_ms} zone={false} />
      </td>
    </tr>
  );
}

/** Its decision; its experiment where the log no longer has that. */
const hrefOf = (account_id: string, { decision_id, experiment_id }: RememberedWinner): string =>
  decision_id === null ? hrefTo('experiments', [account_id, experiment_id]) : hrefToDecision(decision_id);

function Likeness({ score }: { readonly score: number }): ReactElement {
  const share = Math.max(0, Math.min(1, score));
  return (
    <div className="likeness">
      <span>{score.toFixed(2).replace('-', '−')}</span>
      <span className="bar" role="meter" aria-label={`likeness ${score.toFixed(2)}`} aria-valuenow={share}>
        <span style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}
