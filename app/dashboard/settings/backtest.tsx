/** What recorded history would have decided under an edited policy. */
import { useEffect, type ReactElement } from 'react';
import type { BacktestJob, BacktestSummary } from '../../operations/policy/backtest-results.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { count, counted, percent } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Fact } from '../parts/fact.tsx';

interface Props {
  readonly document: object;
  readonly done: () => void;
}

const poll_ms = 2_000;

export function Backtest({ document, done }: Props): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(
    `backtest ${JSON.stringify(document)}`,
    () => operations.backtest_policy({ document }),
    poll_ms,
  );
  const over = answer.data?.state === 'done';
  useEffect(() => {
    if (over) done();
  }, [over]);
  return (
    <Answered answer={answer} what="the backtest">
      {(job) => <Told job={job} />}
    </Answered>
  );
}

function Told({ job: { state, summary, error } }: { readonly job: BacktestJob }): ReactElement {
  if (state === 'failed')
    return (
      <div className="problem" role="alert">
        <p className="problem-what">The backtest failed.</p>
        <p>{error}</p>
      </div>
    );
  if (summary === null)
    return (
      <p className="loading" role="status">
        Deciding recorded history again …
      </p>
    );
  return <Outcome summary={summary} />;
}

type Compared = BacktestSummary['winners'];

const comparedWords = ({ only_recorded, only_other, both, earlier, later }: Compared): string =>
  `${count(both)} under both (${count(earlier)} earlier, ${count(later)} later), ${count(only_recorded)} no more, ${count(only_other)} new`;

function Outcome({ summary }: { readonly summary: BacktestSummary }): ReactElement {
  const { history, winners, withdrawals, alarms, splits, effect, fidelity, elapsed_ms } = summary;
  const lost = fidelity.reduce((sum, { not_made_again, not_in_log }) => sum + not_made_again + not_in_log, 0);
  const hours = splits.reduce((sum, split) => sum + split.hours, 0);
  const moved = hours === 0 ? 0 : splits.reduce((sum, split) => sum + split.moved_share * split.hours, 0) / hours;
  return (
    <div role="status">
      <p className="about in-panel">
        {counted(history.events, 'event')} decided again in {count(Math.max(1, elapsed_ms / 1_000))} s.{' '}
        {lost === 0
          ? 'Under the recorded policy every recorded decision comes out.'
          : `Under the recorded policy ${counted(lost, 'decision')} come out otherwise: the comparison is that uncertain.`}
      </p>
      <dl className="facts in-panel">
        <Fact name="Winners">{comparedWords(winners)}</Fact>
        <Fact name="Withdrawals">{comparedWords(withdrawals)}</Fact>
        <Fact name="Alarms of tired ads">{comparedWords(alarms)}</Fact>
        <Fact name="Budget that moves">
          {hours === 0
            ? 'no split to compare'
            : `${percent(moved)} on average of ${counted(splits.length, 'campaign')}`}
        </Fact>
        <Fact name="Clicks">{clicksWords(effect)}</Fact>
        {effect !== null && (
          <Fact name="False winners">
            {falseWords(effect.winners.other)}, recorded {falseWords(effect.winners.recorded)}
          </Fact>
        )}
      </dl>
    </div>
  );
}

const falseWords = ({ announced, false: wrong }: { readonly announced: number; readonly false: number }): string =>
  `${count(wrong)} of ${count(announced)}`;

function clicksWords(effect: BacktestSummary['effect']): string {
  if (effect === null) return 'unknown: true rates are known of simulated accounts only';
  const { per_1000_impressions: gain, low, high, campaigns } = effect.clicks;
  if (gain === null) return 'unknown: no campaign to compare';
  const interval =
    low === null || high === null ? 'no interval from so few' : `${low.toFixed(3)} to ${high.toFixed(3)}`;
  return `${gain >= 0 ? '+' : '−'}${Math.abs(gain).toFixed(3)} per 1,000 impressions (95 %: ${interval}), ${counted(campaigns, 'campaign')}`;
}
