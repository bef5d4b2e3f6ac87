/** uPlot's options for lines over time. */
import type uPlot from 'uplot';
import { decades as decadesBetween, type Line } from '../format/series.ts';
import { axisLabels, localTime } from '../format/time.ts';

export interface ChartShape {
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
  /** How the vertical axis says a value, where that is shorter than `format`. */
  readonly axis?: (value: number) => string;
  /** A level that means something, drawn across and named. */
  readonly limit?: { readonly at: number; readonly words: string };
  /** Fixed ends of the vertical axis. */
  readonly bounds?: readonly [number, number];
  /** Values below are not drawn: a line far down would take the room of those that matter. */
  readonly floor?: number;
  /** Values above are drawn along the top, as far up as they can be told from those below. */
  readonly ceiling?: number;
  /** What a line without a value at the end of its time is said to have. */
  readonly missing?: string;
  /** Values are logarithms: the axis names whole powers of ten. */
  readonly decades?: boolean;
  readonly height?: number;
  /** Least room above and below what is drawn, in the lines' unit. */
  readonly least_room?: number;
  /** The colour behind a reference to a custom property. */
  readonly colourOf: (value: string) => string;
}

const usual_height = 220;
const font = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

const timeLabels: uPlot.Axis.DynamicValues = (_, splits, __, ___, step_s) => [...axisLabels(splits, step_s)];

export function chartOptions(shape: ChartShape, width: number): uPlot.Options {
  const { lines, format, colourOf, height = usual_height } = shape;
  const quiet = colourOf('var(--muted)');
  const grid = { stroke: colourOf('var(--line)'), width: 1 };
  return {
    width,
    height,
    padding: [12, 16, 0, 0],
    legend: { markers: { width: 0, fill: (_, i) => colourOf(lines[i - 1]?.colour ?? 'transparent') } },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: true }, y: { range: (_, low, high) => rangeOf(shape, low, high) } },
    axes: [
      { stroke: quiet, font, grid: { show: false }, ticks: grid, space: 72, values: timeLabels },
      {
        stroke: quiet,
        font,
        grid,
        ticks: { show: false },
        size: 74,
        values: (_, splits) => splits.map((value) => (shape.axis ?? format)(value)),
        ...(shape.decades === true
          ? { splits: (_, __, low: number, high: number) => [...decadesBetween(low, high)] }
          : {}),
      },
    ],
    series: [
      { label: 'Time', value: (_, at_s) => (typeof at_s === 'number' ? localTime(at_s * 1_000) : 'latest') },
      ...lines.map(({ name, colour, dash }, i) => seriesOf(name, colourOf(colour), dash, i + 1, shape)),
    ],
    hooks: { draw: [(chart) => drawLimit(chart, shape)] },
  };
}

/** Without a pointer the legend says the last value, so that it is never empty. */
const seriesOf = (
  label: string,
  stroke: string,
  dash: readonly number[],
  at: number,
  { format, missing }: Pick<ChartShape, 'format' | 'missing'>,
): uPlot.Series => ({
  label,
  stroke,
  width: 2,
  dash: [...dash],
  points: { show: false },
  value: (chart, value) => {
    // Under the pointer, or at the end where there is no pointer.
    const pointed = typeof chart.cursor.idx === 'number';
    const shown = pointed ? value : lastOf(Array.from(chart.data[at] ?? []), missing);
    return typeof shown === 'number' ? format(shown) : (missing ?? '–');
  },
});

/** The last value of a line: of one whose gaps mean something the gap at its end, of others what was known last. */
export function lastOf(
  line: readonly (number | null | undefined)[],
  missing: string | undefined,
): number | null | undefined {
  return missing === undefined ? line.findLast((one) => typeof one === 'number') : line.at(-1);
}

/** Ends of the vertical axis: fixed, or around the data and the limit with a little room. */
export function rangeOf(
  {
    bounds,
    limit,
    floor = -Infinity,
    ceiling = Infinity,
    least_room = 0.1,
  }: Pick<ChartShape, 'bounds' | 'limit' | 'floor' | 'ceiling' | 'least_room'>,
  low: number | null,
  high: number | null,
): [number, number] {
  if (bounds !== undefined) return [bounds[0], bounds[1]];
  const ends = [low ?? 0, high ?? 0, 0, ...(limit === undefined || !Number.isFinite(limit.at) ? [] : [limit.at])];
  const top = Math.max(ceiling, limit?.at ?? ceiling);
  const [least, most] = [Math.max(floor, Math.min(...ends)), Math.min(top, Math.max(...ends))];
  const room = Math.max(least_room, (most - least) * 0.08);
  return [least - room, most + room];
}

function drawLimit(chart: uPlot, { limit, colourOf }: ChartShape): void {
  if (limit === undefined || !Number.isFinite(limit.at)) return;
  const { ctx, bbox } = chart;
  const y = Math.round(chart.valToPos(limit.at, 'y', true));
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colourOf('var(--good)');
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([6 * ratio, 4 * ratio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = font.replace('12px', `600 ${12 * ratio}px`);
  ctx.textAlign = 'left';
  ctx.lineWidth = 4 * ratio;
  ctx.setLineDash([]);
  ctx.strokeStyle = colourOf('var(--surface)');
  ctx.strokeText(limit.words, bbox.left + 6 * ratio, y - 6 * ratio);
  ctx.fillText(limit.words, bbox.left + 6 * ratio, y - 6 * ratio);
  ctx.restore();
}
