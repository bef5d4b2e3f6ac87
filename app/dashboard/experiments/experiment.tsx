/** One experiment: where it stands and why, its arms, and how that came about. */
import type { ReactElement } from 'react';
import type { ExperimentDetail } from '../../operations/operations.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { progressWords, provenanceWords, standingOf } from '../format/evidence.ts';
import { count, counted } from '../format/numbers.ts';
import { paceTo } from '../format/pace.ts';
import { localTime, zoneName } from '../format/time.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Empty } from '../parts/empty.tsx';
import { EvidenceBar } from '../parts/evidence-bar.tsx';
import { Moment } from '../parts/moment.tsx';
import { useTitle } from '../shell/title.ts';
import { hrefTo, hrefToDecision } from '../shell/route.ts';
import { Arms } from './arms.tsx';
import { History } from './history.tsx';

const every_ms = 3_000;

interface Props {
  readonly account_id: string;
  readonly experiment_id: string;
}

export function Experiment({ account_id, experiment_id }: Props): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(
    `experiment ${account_id} ${experiment_id}`,
    () => operations.experiment({ account_id, experiment_id }),
    every_ms,
  );
  return (
    <>
      <p className="back">
        <a href={hrefTo('experiments')}>Experiments</a>
      </p>
      <Answered answer={answer} what="the experiment">
        {(detail) =>
          detail === null ? <NoSuch id={experiment_id} account_id={account_id} /> : <Detail detail={detail} />
        }
      </Answered>
    </>
  );
}

function NoSuch({ id, account_id }: { readonly id: string; readonly account_id: string }): ReactElement {
  return (
    <Empty title={`There is no evidence of an experiment ${id}`}>
      Account {account_id} has none by that id in this data folder, or no metrics of its ads have come yet.{' '}
      <a href={hrefTo('experiments')}>See all experiments</a>.
    </Empty>
  );
}

function Detail({ detail }: { readonly detail: ExperimentDetail }): ReactElement {
  useTitle(detail.name);
  return (
    <>
      <Head detail={detail} />
      <Arms detail={detail} />
      <History detail={detail} />
    </>
  );
}

/** The reason's figures are frozen at the announcement; those below it are of now. */
function When({ detail: { announced, announced_ms } }: { readonly detail: ExperimentDetail }): ReactElement | null {
  if (announced === null || announced_ms === null) return null;
  const what = announced === 'winner' ? 'announced' : 'withdrawn';
  return (
    <span className="quiet">
      When {what}, {localTime(announced_ms)} {zoneName(announced_ms)}:{' '}
    </span>
  );
}

function Head({ detail }: { readonly detail: ExperimentDetail }): ReactElement {
  const { words, tone, meaning } = standingOf(detail.standing);
  return (
    <div className={`verdict tone-${tone}`}>
      <div className="verdict-title">
        <h1>{detail.name}</h1>
        <Chip tone={tone} words={words} meaning={meaning} />
        <span className={`provenance is-${detail.provenance}`}>{provenanceWords(detail.provenance)}</span>
      </div>
      <p className="verdict-reason">
        <When detail={detail} />
        {detail.reason === '' ? meaning : detail.reason}
      </p>
      <Facts detail={detail} />
      <p className="verdict-foot">
        {detail.decision_id !== null && (
          <a className="button" href={hrefToDecision(detail.decision_id)}>
            Why was this decided?
          </a>
        )}
        <span className="quiet mono">
          {detail.account_id} / {detail.campaign_id} / {detail.experiment_id}
        </span>
      </p>
    </div>
  );
}

/** Only of evidence that is on its way: what is decided needs none, what collects says above what it waits for. */
function decideWords({ standing, evidence, leading_ad_id, threshold }: ExperimentDetail): string {
  if (standing === 'collecting') return 'not before it has what it waits for';
  if (standing !== 'deciding' && standing !== 'separated') return 'none: it is not being decided';
  const pace = leading_ad_id === null ? null : paceTo(evidence, leading_ad_id, Math.log10(threshold));
  if (pace === null) return 'unknown: its evidence does not rise';
  const least = Math.max(1, Math.round(pace.least));
  if (pace.most === Infinity) return `${counted(least, 'day')} or more at its pace, maybe never`;
  const most = Math.max(least, Math.round(pace.most));
  return `${least === most ? '' : `${least} to `}${counted(most, 'day')} at its pace`;
}

function Facts({ detail }: { readonly detail: ExperimentDetail }): ReactElement {
  return (
    <dl className="facts">
      <div>
        <dt>Evidence of the leading ad now</dt>
        <dd>
          {detail.standing === 'leader' ? (
            'never announced'
          ) : (
            <EvidenceBar e_value={detail.e_value} threshold={detail.threshold} />
          )}
        </dd>
      </div>
      <div>
        <dt>{detail.waits_for === null ? 'Smallest arm' : 'Waits for'}</dt>
        <dd>{progressWords(detail)}</dd>
      </div>
      <div>
        <dt>Days to decide</dt>
        <dd>{decideWords(detail)}</dd>
      </div>
      <div>
        <dt>All arms</dt>
        <dd>{count(detail.impressions)} impressions</dd>
      </div>
      <div>
        <dt>Evidence as of</dt>
        <dd>
          <Moment at_ms={detail.at_ms} />
        </dd>
      </div>
    </dl>
  );
}
