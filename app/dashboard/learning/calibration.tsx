/** Predicted against seen click rates: on the diagonal a prediction means what it says. */
import type { ReactElement } from 'react';
import type { LearningView } from '../../operations/predictions/learning-view.ts';
import { count, rate } from '../format/numbers.ts';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';

type Bins = LearningView['calibration'];

const size = 300;
const left = 52;
const bottom = 34;
const top = 10;
const right = 24;
const ticks = 4;
const tick_digits = 1;

export function Calibration({ bins }: { readonly bins: Bins }): ReactElement {
  return (
    <Panel
      title="Calibration"
      about="Matured predictions in groups of as many each: the click rate that was predicted, and the one that came with its 95 % interval of chance."
    >
      {bins.length < 2 ? (
        <Empty title="Too few predictions have matured">Six are drawn in two groups, thirty in ten.</Empty>
      ) : (
        <Plot bins={bins} />
      )}
    </Panel>
  );
}

function Plot({ bins }: { readonly bins: Bins }): ReactElement {
  const most = niceAbove(Math.max(...bins.map(({ predicted, high }) => Math.max(predicted, high))));
  const x = (value: number): number => left + (value / most) * (size - left - right);
  const y = (value: number): number => size - bottom - (value / most) * (size - bottom - top);
  const marks = Array.from({ length: ticks + 1 }, (_, i) => (i * most) / ticks);
  const label = bins.map(({ predicted, seen }) => `${rate(predicted)} came as ${rate(seen)}`).join(', ');
  return (
    <svg className="plot" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={`Calibration: ${label}`}>
      {marks.map((value) => (
        <g key={value} className="plot-axis">
          <line x1={left} x2={size - right} y1={y(value)} y2={y(value)} />
          <text x={left - 6} y={y(value) + 4} textAnchor="end">
            {tick(value)}
          </text>
          <text x={x(value)} y={size - bottom + 16} textAnchor="middle">
            {tick(value)}
          </text>
        </g>
      ))}
      <line className="plot-ideal" x1={x(0)} y1={y(0)} x2={x(most)} y2={y(most)} />
      {bins.map(({ predicted, seen, low, high, ads, impressions }, i) => (
        <g key={i} className="plot-point">
          <title>{`predicted ${rate(predicted)}, came ${rate(seen)} (${rate(low)} to ${rate(high)}); ${ads} predictions, ${count(impressions)} impressions`}</title>
          <line x1={x(predicted)} x2={x(predicted)} y1={y(low)} y2={y(high)} />
          <circle cx={x(predicted)} cy={y(seen)} r={4} />
        </g>
      ))}
      <text className="plot-name" x={(left + size) / 2} y={size - 4} textAnchor="middle">
        predicted
      </text>
      <text className="plot-name" transform={`translate(11 ${(size - bottom) / 2}) rotate(-90)`} textAnchor="middle">
        came
      </text>
    </svg>
  );
}

const tick = (value: number): string => `${(value * 100).toFixed(tick_digits)} %`;

/** The next of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten, so that quarters of it are round. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].find((one) => one * power >= value) ?? 10;
  return step * power;
}
