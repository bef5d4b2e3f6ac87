/** Where an account's click rate lies among accounts of its niche: quantiles as a band, its own rate as a mark. */
import type { ReactElement } from 'react';
import type { NicheView } from '../../../processors/cross-learning/views.ts';
import { count, percent, rate } from '../format/numbers.ts';
import { Panel } from '../parts/panel.tsx';

interface Props {
  readonly benchmarks: NonNullable<NicheView['benchmarks']>;
  readonly own: number | null;
  readonly businesses: number;
}

export function Benchmark({ benchmarks, own, businesses }: Props): ReactElement {
  const { p25, p50, p75, p90, standing } = benchmarks;
  const standingWords =
    own === null || standing === null
      ? 'This account has no click rate yet.'
      : `This account: ${rate(own)}, above ${percent(standing)} of accounts.`;
  const marks = [
    { value: p25, words: 'a quarter below' },
    { value: p50, words: 'half' },
    { value: p75, words: 'three quarters' },
    { value: p90, words: 'nine in ten' },
  ];
  const spoken = `${marks.map(({ value, words }) => `${words} ${rate(value)}`).join(', ')}. ${standingWords}`;
  return (
    <Panel
      title="Link click rate in the niche"
      about={`Of about ${count(businesses)} businesses, with noise. ${standingWords}`}
    >
      <div className="band" role="img" aria-label={spoken}>
        <Track benchmarks={benchmarks} own={own} />
        <dl className="band-words">
          {marks.map(({ value, words }) => (
            <Mark key={words} value={value} words={words} />
          ))}
          {own !== null && <Mark value={own} words="this account" own />}
        </dl>
      </div>
    </Panel>
  );
}

function Track({ benchmarks: { p25, p50, p75, p90 }, own }: Omit<Props, 'businesses'>): ReactElement {
  const most = Math.max(p90, own ?? 0) * 1.15;
  const at = (value: number): string => `${(value / most) * 100}%`;
  return (
    <div className="band-track">
      <span className="band-most" style={{ left: at(p25), width: at(p90 - p25) }} />
      <span className="band-half" style={{ left: at(p25), width: at(p75 - p25) }} />
      <span className="band-median" style={{ left: at(p50) }} />
      {own !== null && <span className="band-own" style={{ left: at(own) }} />}
    </div>
  );
}

interface MarkProps {
  readonly value: number;
  readonly words: string;
  readonly own?: boolean;
}

const Mark = ({ value, words, own = false }: MarkProps): ReactElement => (
  <div className={own ? 'band-words-own' : ''}>
    <dt>{words}</dt>
    <dd>{rate(value)}</dd>
  </div>
);
