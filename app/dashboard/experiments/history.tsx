/** How evidence, shares and P(best) came about, over the source's time. */
import { useMemo, type ReactElement } from 'react';
import type { ExperimentDetail, Posterior, SeriesPoint } from '../../operations/operations.ts';
import { armColour, armDash } from '../format/arms.ts';
import { chartData, type Columns, type Line } from '../format/series.ts';
import { evidenceWords, most_telling } from '../format/evidence.ts';
import { shareMeaning } from '../format/metric.ts';
import { count, eValue, share } from '../format/numbers.ts';
import { Chart } from '../parts/chart.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { points, Posteriors, type Arm } from '../parts/posteriors.tsx';

type Arms = ExperimentDetail['arms'];

const linesOf = (arms: Arms, id: 'ad_id' | 'adset_id'): readonly Line[] => {
  const seen = new Set<string>();
  return arms.flatMap((arm, i) => {
    if (seen.has(arm[id])) return [];
    seen.add(arm[id]);
    return [{ id: arm[id], name: arm.headline ?? arm.name, colour: armColour(i), dash: armDash(i) }];
  });
};

const wholePercent = (fraction: number): string => `${Math.round(fraction * 100)} %`;
/** 0.01 to 1,000 as they are, beyond as 10¹², which is as broad as an axis has room. */
const powerOfTen = (log10: number): string =>
  Math.abs(log10) <= 3 ? tenTo(log10) : eValue(10 ** log10).replace('1.0×', '');
/** The engine writes 10⁻¹² for no evidence at all, which has no logarithm. */
const least_log10 = -12;
const tenTo = (log10: number): string => (log10 <= least_log10 ? '0' : evidenceWords(10 ** log10));
/** An axis that followed all evidence would press the threshold to its foot. */
const highest_log10 = Math.log10(most_telling);

/** As it is drawn: no evidence is no line, and what is beyond doubt runs along the top, a little above `top`. */
const drawn = ([times, ...lines]: Columns, top: number): Columns => [
  times,
  ...lines.map((line) => line.map((at) => (at === null || at <= least_log10 ? null : Math.min(at, top + 0.3)))),
];

export function History({ detail }: { readonly detail: ExperimentDetail }): ReactElement {
  const { arms, shares, p_best } = detail;
  const adsets = useMemo(() => linesOf(arms, 'adset_id'), [arms]);
  return (
    <>
      <Evidence detail={detail} />
      <Thought detail={detail} />
      <div className="pair">
        <Panel title="Proposed budget share" about={`Per ad set; ${shareMeaning(detail)}.`}>
          <Shares label="Proposed budget share over time" points={shares} lines={adsets} />
        </Panel>
        <Panel title="P(best)" about="Probability that an ad set is the best of its campaign.">
          <Shares label="P(best) over time" points={p_best} lines={adsets} />
        </Panel>
      </div>
      <Loss points={detail.expected_loss} />
    </>
  );
}

interface EvidenceProps {
  readonly detail: Pick<ExperimentDetail, 'arms' | 'evidence' | 'threshold'>;
  readonly title?: string;
}

export function Evidence({ detail, title = 'Evidence over time' }: EvidenceProps): ReactElement {
  const { arms, evidence, threshold } = detail;
  const lines = useMemo(() => linesOf(arms, 'ad_id'), [arms]);
  const top = Math.max(highest_log10, Math.log10(threshold));
  const data = useMemo(() => drawn(chartData(evidence, lines), top), [evidence, lines, top]);
  const [, ...drawnLines] = data;
  const none = drawnLines.every((line) => line.every((at) => at === null));
  const limit = { at: Math.log10(threshold), words: `${eValue(threshold)} needed` };
  return (
    <Panel
      title={title}
      about={`e-value of each ad on a log scale; 1 says nothing either way. Below 0.01 is not drawn, above ${count(most_telling)} runs along the top.`}
    >
      {evidence.length < 2 ? (
        <NoHistory of="evidence" />
      ) : none ? (
        <Empty title="No evidence yet">Every ad’s evidence is 0 so far: it begins when blocks have closed.</Empty>
      ) : (
        <Chart
          label={title}
          lines={lines}
          data={data}
          format={tenTo}
          axis={powerOfTen}
          limit={limit}
          floor={-2}
          ceiling={top}
          missing={tenTo(least_log10)}
          height={280}
          decades
        />
      )}
    </Panel>
  );
}

/** Arms of posteriors under the name and colour that the experiment's ads have. */
export const armsOf = ({ arms }: Pick<ExperimentDetail, 'arms'>, posteriors: readonly Posterior[]): readonly Arm[] =>
  posteriors.map((posterior, i) => {
    const at = arms.findIndex(({ adset_id }) => adset_id === posterior.adset_id);
    const ad = arms[at];
    return {
      name: ad?.headline ?? ad?.name ?? posterior.adset_id,
      colour: armColour(at === -1 ? arms.length + i : at),
      posterior,
    };
  });

function Thought({ detail }: { readonly detail: ExperimentDetail }): ReactElement | null {
  if (detail.posteriors === null) return null;
  return (
    <Panel
      title="What is thought of the ad sets"
      about="Posteriors behind the last proposal: mean and 95 % interval of each click rate."
    >
      <Posteriors arms={armsOf(detail, detail.posteriors.arms)} />
    </Panel>
  );
}

const lossLine: readonly Line[] = [{ id: 'loss', name: 'Expected loss', colour: 'var(--accent)', dash: [] }];

function Loss({ points: over_time }: { readonly points: readonly SeriesPoint[] }): ReactElement {
  const data = useMemo(() => chartData(over_time, lossLine), [over_time]);
  return (
    <Panel
      title="Expected loss"
      about="Click rate that the proposed split is expected to lose against showing the best alone, in percentage points: what learning costs, and what is at stake while nothing is decided."
    >
      {over_time.length < 2 ? (
        <NoHistory of="budget splits" />
      ) : (
        <Chart
          label="Expected loss over time"
          lines={lossLine}
          data={data}
          format={points}
          height={180}
          least_room={1e-6}
        />
      )}
    </Panel>
  );
}

interface SharesProps {
  readonly label: string;
  readonly points: readonly SeriesPoint[];
  readonly lines: readonly Line[];
}

function Shares({ label, points, lines }: SharesProps): ReactElement {
  const data = useMemo(() => chartData(points, lines), [points, lines]);
  if (points.length < 2) return <NoHistory of="budget splits" />;
  return <Chart label={label} lines={lines} data={data} format={share} axis={wholePercent} bounds={[0, 1]} />;
}

function NoHistory({ of }: { readonly of: string }): ReactElement {
  return (
    <Empty title="No history yet">
      A line needs {of} at two times or more. They come hourly by the source’s clock: raise the speed above to see them
      sooner.
    </Empty>
  );
}
