/** Lines over time with uPlot: its colours come from the style sheet, its size from its place. */
import { useEffect, useRef, useSyncExternalStore, type ReactElement } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Columns, Line } from '../format/series.ts';
import { chartOptions, lastOf, type ChartShape } from './chart-options.ts';

interface Props extends Omit<ChartShape, 'colourOf'> {
  readonly label: string;
  readonly data: Columns;
}

export function Chart({ label, data, ...shape }: Props): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const newest = useRef(data);
  const scheme = useScheme();
  const { lines, limit } = shape;
  // A poll brings equal lines as new objects; only what differs is worth a new chart.
  const drawn = JSON.stringify([scheme, lines, limit]);
  useEffect(() => {
    const { current } = place;
    if (current === null) return;
    const style = getComputedStyle(current);
    const colourOf = (value: string): string =>
      value.startsWith('var(') ? style.getPropertyValue(value.slice(4, -1)).trim() : value;
    const made = new uPlot(chartOptions({ ...shape, colourOf }, current.clientWidth), aligned(newest.current), current);
    chart.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: current.clientWidth, height: made.height }));
    resized.observe(current);
    return () => {
      resized.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [drawn]);
  useEffect(() => {
    newest.current = data;
    chart.current?.setData(aligned(data));
  }, [data]);
  return <div className="chart" ref={place} role="img" aria-label={`${label}: ${spoken(lines, data, shape)}`} />;
}

/** uPlot wants arrays it could write to; it does not. */
const aligned = ([times, ...lines]: Columns): uPlot.AlignedData => [[...times], ...lines.map((line) => [...line])];

/** The lines' last values, for those who cannot see them. */
function spoken(
  lines: readonly Line[],
  [, ...columns]: Columns,
  { format, missing }: Pick<ChartShape, 'format' | 'missing'>,
): string {
  return lines
    .map(({ name }, i) => {
      const last = lastOf(columns[i] ?? [], missing);
      return `${name} ${typeof last === 'number' ? format(last) : (missing ?? 'unknown')}`;
    })
    .join(', ');
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const onScheme = (listener: () => void): (() => void) => {
  dark.addEventListener('change', listener);
  return () => dark.removeEventListener('change', listener);
};

const useScheme = (): string => useSyncExternalStore(onScheme, () => (dark.matches ? 'dark' : 'light'));
