/** What promotions earn, against winners that were held out by lot; and each winner with what was done to it. */
import type { ReactElement } from 'react';
import type { Promotions as View } from '../../operations/money/promotions.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { ofLog, ofLogRange } from '../format/change.ts';
import { count, percent } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Fact } from '../parts/fact.tsx';
import { Moment } from '../parts/moment.tsx';
import { OfAccount } from '../parts/of-account.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo } from '../shell/route.ts';

const every_ms = 30_000;
const most_rows = 100;

export function Promotions({ query }: { readonly query: Readonly<Record<string, string>> }): ReactElement {
  return (
    <OfAccount
      view="promotions"
      title="Promotions"
      about="Winners are promoted, but for some held out by lot. What promotions earn is the difference between the two: a winner alone, before and after, falls back whatever is done."
      by="winners"
      chosen={query['account']}
    >
      {(account_id) => <OfOne key={account_id} account_id={account_id} />}
    </OfAccount>
  );
}

function OfOne({ account_id }: { readonly account_id: string }): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(
    `promotions ${account_id}`,
    () => operations.promotions({ account_id, limit: most_rows }),
    every_ms,
  );
  return (
    <Answered answer={answer} what="promotions">
      {(view) => (
        <>
          <Earned view={view} />
          <Winners view={view} />
        </>
      )}
    </Answered>
  );
}

const resultWords = {
  link_clicks: 'link clicks',
  conversions: 'conversions',
  value_minor: 'minor units of value',
} as const;

function Earned({ view }: { readonly view: View }): ReactElement {
  const { status, reason, missing, promoted, applied, held_out, waiting, not_delivered } = view;
  return (
    <Panel
      title="What promotions earn"
      about={status === 'measured' ? reason : `Too early to say: ${missing ?? reason}`}
      aside={
        <span className="panel-tools">
          {status === 'measured' ? <Chip tone="info" words="Measured" /> : <Chip tone="quiet" words="Too early" />}
          <Export table="promotion_measured" account_id={view.account_id} />
        </span>
      }
    >
      <dl className="facts in-panel">
        <Fact name="Compared">
          {count(promoted)} to be promoted, of which {count(applied)} were; {count(held_out)} held out
        </Fact>
        <Fact name="Not yet compared">
          {count(waiting)} whose days have not passed, {count(not_delivered)} not delivered
        </Fact>
        <Effect name="Results" effect={view.results_effect} low={view.results_low} high={view.results_high} />
        <Effect name="Spend" effect={view.spend_effect} low={view.spend_low} high={view.spend_high} />
        <Effect
          name="Results for the same spend"
          effect={view.efficiency_effect}
          low={view.efficiency_low}
          high={view.efficiency_high}
        />
        {view.earned.map(({ results, earned, low, high }) => (
          <Fact key={results} name={`Earned, ${resultWords[results]}`}>
            {count(earned)}{' '}
            <span className="quiet">
              ({count(low)} to {count(high)})
            </span>
          </Fact>
        ))}
      </dl>
    </Panel>
  );
}

interface EffectProps {
  readonly name: string;
  readonly effect: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const Effect = ({ name, effect, low, high }: EffectProps): ReactElement => (
  <Fact name={name}>
    {effect === null || low === null || high === null ? (
      <span className="quiet">unknown</span>
    ) : (
      <>
        {ofLog(effect)} <span className="quiet">({ofLogRange(low, high)})</span>
      </>
    )}
  </Fact>
);

const columns = [
  { head: 'Winner' },
  { head: 'Announced' },
  { head: 'Lift', title: 'As it was announced, with its 95 % interval' },
  { head: 'By lot' },
  { head: 'Promoted' },
  { head: 'Change', title: 'Results a day after, against before' },
];

function Winners({ view: { rows, account_id } }: { readonly view: View }): ReactElement {
  return (
    <Panel title="Winners" about="The newest first." aside={<Export table="winner_detected" account_id={account_id} />}>
      {rows.length === 0 ? (
        <Empty title="No winner yet">
          <a href={hrefTo('experiments')}>Experiments</a> say what they wait for.
        </Empty>
      ) : (
        <Table label="Winners and promotions" columns={columns} className="board">
          {rows.map((row) => (
            <Row key={`${row.experiment_id} ${row.ad_id}`} row={row} account_id={account_id} />
          ))}
        </Table>
      )}
    </Panel>
  );
}

const waits = { waiting: 'its days have not passed', not_delivered: 'not delivered enough', compared: '' } as const;

function Row({ row, account_id }: { readonly row: View['rows'][number]; readonly account_id: string }): ReactElement {
  const { experiment_id, name, detected_ms, lift, is_held_out, applied, status, change: seen, effect } = row;
  return (
    <tr>
      <td>
        <a href={hrefTo('experiments', [account_id, experiment_id])}>{name}</a>
      </td>
      <td className="when" data-head="Announced">
        <Moment at_ms={detected_ms} />
      </td>
      <td data-head="Lift">
        {percent(lift.value, true)}
        <span className="under">
          {percent(lift.low, true)} to {percent(lift.high, true)}
        </span>
      </td>
      <td data-head="By lot">{is_held_out ? <Chip tone="info" words="Held out" /> : 'to be promoted'}</td>
      <td data-head="Promoted">
        {applied.length === 0 ? (
          <span className="quiet">no</span>
        ) : (
          applied.map(({ change_id, from_ms, to_ms }) => (
            <span key={change_id} className="change">
              from <Moment at_ms={from_ms} />
              {to_ms !== null && (
                <>
                  {' '}
                  to <Moment at_ms={to_ms} />
                </>
              )}
            </span>
          ))
        )}
      </td>
      <td data-head="Change">
        {seen === null ? <span className="quiet">{waits[status]}</span> : ofLog(seen)}
        {effect !== null && (
          <span className="under">
            of it by the promotion {ofLog(effect.effect)} ({ofLogRange(effect.low, effect.high)})
          </span>
        )}
      </td>
    </tr>
  );
}
