/** Ads as rows: those that tire, those that do well, and those that are too young to say. */
import type { ReactElement } from 'react';
import type { FatigueReport } from '../../operations/memory/view.ts';
import { change, changeRange } from '../format/change.ts';
import { count, percent } from '../format/numbers.ts';
import { utcDay, utcTime } from '../format/time.ts';
import { Chip } from '../parts/chip.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo } from '../shell/route.ts';
import { daysWords, reachOf, remedyWords, standings, type BoardAd } from './status.ts';

const evidence_column = {
  head: 'Evidence',
  title: 'Log of how much likelier a decline makes its days than none, against what calls an ad tired',
};
const change_column = {
  head: 'Change',
  numeric: true,
  title: 'Of its click rate beside the account’s, with its 95 % interval',
};

interface TiredProps {
  readonly account_id: string | null;
  readonly ads: readonly BoardAd[];
  readonly critical_loss: number;
}

export function TiredTable({ account_id, ads, critical_loss }: TiredProps): ReactElement {
  const columns = [
    { head: 'Ad' },
    change_column,
    evidence_column,
    {
      head: `Until −${percent(critical_loss)}`,
      numeric: true,
      title: 'Days until the critical loss at the slope of the last fortnight, with a 95 % interval',
    },
    { head: 'What may be done' },
  ];
  const reach = reachOf(ads);
  return (
    <Table label="Tired ads" columns={columns} className="board tired">
      {ads.map((ad) => (
        <tr key={ad.ad_id}>
          <Name ad={ad} />
          <Change ad={ad} />
          <Evidence ad={ad} reach={reach} />
          <Days ad={ad} critical_loss={critical_loss} />
          <td className="remedy">
            <Remedy ad={ad} account_id={account_id} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function HealthyTable({ ads }: { readonly ads: readonly BoardAd[] }): ReactElement {
  const columns = [
    { head: 'Ad' },
    change_column,
    evidence_column,
    { head: 'Days', numeric: true, title: 'With impressions' },
  ];
  const reach = reachOf(ads);
  return (
    <Table label="Healthy ads" columns={columns} className="board">
      {ads.map((ad) => (
        <tr key={ad.ad_id}>
          <Name ad={ad} />
          <Change ad={ad} />
          <Evidence ad={ad} reach={reach} />
          <td className="num" data-head="Days">
            {count(ad.days)}
          </td>
        </tr>
      ))}
    </Table>
  );
}

interface WaitingProps {
  readonly ads: readonly BoardAd[];
  readonly report: Pick<FatigueReport, 'baseline_days' | 'baseline_clicks'>;
}

export function WaitingTable({ ads, report: { baseline_days, baseline_clicks } }: WaitingProps): ReactElement {
  const columns = [{ head: 'Ad' }, { head: 'Days' }, { head: 'Link clicks in them' }];
  return (
    <Table label="Ads that are too young" columns={columns} className="board">
      {ads.map((ad) => (
        <tr key={ad.ad_id}>
          <Name ad={ad} />
          {/* One more day than is compared with is what there is to judge. */}
          <Goal head="Days" have={ad.days} need={baseline_days + 1} />
          <Goal head="Link clicks" have={ad.baseline_clicks} need={baseline_clicks} />
        </tr>
      ))}
    </Table>
  );
}

function Goal({
  head,
  have,
  need,
}: {
  readonly head: string;
  readonly have: number;
  readonly need: number;
}): ReactElement {
  return (
    <td className="progress-cell" data-head={head}>
      {have >= need ? `${count(have)}, enough` : `${count(have)} of ${count(need)}`}
      <progress value={Math.min(have, need)} max={need} aria-label={head} />
    </td>
  );
}

function Name({ ad }: { readonly ad: BoardAd }): ReactElement {
  const { words, tone, meaning } = standings[ad.status];
  return (
    <th scope="row">
      <span className="clamped" title={ad.name}>
        {ad.name}
      </span>
      <span className="under">
        <Chip tone={tone} words={words} meaning={meaning} /> {ad.ad_id}
      </span>
    </th>
  );
}

function Change({ ad }: { readonly ad: BoardAd }): ReactElement {
  const { change: value, change_low: low, change_high: high, since_ms, cost_change } = ad;
  return (
    <td className="num" data-head="Change">
      {value === null || low === null || high === null ? (
        <span className="quiet">none</span>
      ) : (
        <>
          <strong>{change(value)}</strong>
          <span className="under">{changeRange(low, high)}</span>
          {since_ms !== null && (
            <span className="under">
              since{' '}
              <time dateTime={new Date(since_ms).toISOString()} title={utcTime(since_ms)}>
                {utcDay(since_ms)}
              </time>
            </span>
          )}
          {cost_change !== null && <span className="under">{change(cost_change)} for each click</span>}
        </>
      )}
    </td>
  );
}

/** `reach`: the evidence at the bar's end. The line in it is where an ad is called tired. */
function Evidence({ ad, reach }: { readonly ad: BoardAd; readonly reach: number }): ReactElement {
  const { evidence, threshold } = ad;
  const at = (value: number): string => `${Math.min(100, (100 * Math.max(0, value)) / reach)}%`;
  const words = `evidence ${evidence.toFixed(1)}, tired from ${threshold.toFixed(1)}`;
  return (
    <td data-head="Evidence">
      <div className="evidence">
        <strong>{evidence.toFixed(1)}</strong>, tired from {threshold.toFixed(1)}
        <span
          className={`bar against ${evidence >= threshold ? 'reached' : ''}`}
          role="meter"
          aria-label={words}
          aria-valuemin={0}
          aria-valuemax={reach}
          aria-valuenow={Math.min(evidence, reach)}
        >
          <span style={{ width: at(evidence) }} />
          <i style={{ left: at(threshold) }} />
        </span>
      </div>
    </td>
  );
}

function Days({ ad, critical_loss }: { readonly ad: BoardAd; readonly critical_loss: number }): ReactElement {
  const days = daysWords(ad);
  return (
    <td className="num" data-head={`Until −${percent(critical_loss)}`}>
      {days === null ? <span className="quiet">not falling now</span> : days.words}
      {days !== null && days.range !== null && <span className="under">{days.range}</span>}
    </td>
  );
}

function Remedy({ ad, account_id }: { readonly ad: BoardAd; readonly account_id: string | null }): ReactElement {
  const { refresh, no_refresh, like_ad_id, like_name } = ad;
  return (
    <>
      <strong>{remedyWords(ad)}</strong>
      <span className="remedy-words">{refresh ?? no_refresh ?? ad.reason}</span>
      {like_ad_id !== null && like_name !== null && (
        <a href={hrefTo('memory', [], { account: account_id, text: like_name })}>See that winner in memory</a>
      )}
    </>
  );
}
