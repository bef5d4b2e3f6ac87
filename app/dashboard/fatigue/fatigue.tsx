/** Which ads tire, by how much, how sure that is, and what may be done; one account at a time. */
import type { ReactElement } from 'react';
import type { FatigueReport } from '../../operations/memory/view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { counted } from '../format/numbers.ts';
import { AccountChoice } from '../parts/account-choice.tsx';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Panel } from '../parts/panel.tsx';
import { isTired, type BoardAd } from './status.ts';
import { HealthyTable, TiredTable, WaitingTable } from './tables.tsx';

const every_ms = 10_000;

export function Fatigue({ query }: { readonly query: Readonly<Record<string, string>> }): ReactElement {
  const { operations } = useEngine();
  const asked = query['account'] ?? '';
  const answer = useAnswer(
    `fatigue ${asked}`,
    () => operations.fatigue(asked === '' ? {} : { account_id: asked }),
    every_ms,
  );
  return (
    <Answered answer={answer} what="ads">
      {(report) => <View report={report} />}
    </Answered>
  );
}

function View({ report }: { readonly report: FatigueReport }): ReactElement {
  const accounts = report.accounts.map(({ account_id, ads, tired }) => ({
    account_id,
    words: `${counted(ads, 'ad')}, ${tired} tired`,
  }));
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Fatigue</h1>
          <p className="about">
            Each ad against its own first {report.baseline_days} days, beside what happens to the whole account: a bad
            week of all ads is nobody’s fatigue. Judged once a day.
          </p>
        </div>
        {accounts.length > 0 && <AccountChoice accounts={accounts} chosen={report.account_id} view="fatigue" />}
      </div>
      {report.ads.length === 0 ? (
        <Empty title="No ad is watched yet">
          An ad is watched from its first impression and judged after {report.baseline_days} days with{' '}
          {report.baseline_clicks} link clicks. Start a source, or publish <code>ad.metrics</code>.
        </Empty>
      ) : (
        <Board report={report} />
      )}
    </>
  );
}

function Board({ report }: { readonly report: FatigueReport }): ReactElement {
  const { ads } = report;
  const of = (chosen: (ad: BoardAd) => boolean): readonly BoardAd[] => ads.filter(chosen);
  const tired = of(({ status }) => isTired(status));
  const healthy = of(({ status }) => status === 'healthy');
  const waiting = of(({ status }) => status === 'insufficient_data');
  return (
    <>
      <Tired report={report} ads={tired} healthy={healthy.length} />
      {healthy.length > 0 && (
        <Panel
          title="Healthy"
          about="No decline that chance would not bring as well; those nearest to the threshold first."
          aside={<span className="aside">{counted(healthy.length, 'ad')}</span>}
        >
          <HealthyTable ads={healthy} />
        </Panel>
      )}
      {waiting.length > 0 && (
        <Panel
          title="Too early to judge"
          about={`An ad is judged from day ${report.baseline_days + 1} on, when its first ${report.baseline_days} days have ${report.baseline_clicks} link clicks together.`}
          aside={<span className="aside">{counted(waiting.length, 'ad')}</span>}
        >
          <WaitingTable ads={waiting} report={report} />
        </Panel>
      )}
    </>
  );
}

interface TiredProps {
  readonly report: FatigueReport;
  readonly ads: readonly BoardAd[];
  /** Ads that are. */
  readonly healthy: number;
}

function Tired({ report, ads, healthy }: TiredProps): ReactElement {
  return (
    <Panel
      title="Tired"
      about="What may be done rests on associations in the account’s experiments. Nothing is done by itself."
      aside={
        <span className="panel-tools">
          <span className="aside">{counted(ads.length, 'ad')}</span>
          {report.account_id !== null && <Export table="ad_fatigued" account_id={report.account_id} />}
        </span>
      }
    >
      {ads.length === 0 ? (
        <Empty title="No ad is tired">
          {healthy === 0
            ? 'No ad has been shown for long enough to be judged.'
            : `${counted(healthy, 'ad')} ${healthy === 1 ? 'is' : 'are'} clicked as in the beginning, as far as chance lets that be told.`}
        </Empty>
      ) : (
        <TiredTable account_id={report.account_id} ads={ads} critical_loss={report.critical_loss} />
      )}
    </Panel>
  );
}
