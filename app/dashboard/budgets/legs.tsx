/** What a change does to each budget, line by line. */
import type { ReactElement } from 'react';
import { amount } from '../../operations/format/amounts.ts';
import type { PlannedChange } from '../../operations/money/view.ts';

type Leg = PlannedChange['legs'][number];

const switched = { ACTIVE: 'on', PAUSED: 'off' } as const;
const levels = { campaign: 'campaign', adset: 'ad set', ad: 'ad' } as const;

/** "ad set set_a: 20.00 EUR to 24.00 EUR a day". */
function legWords({ level, id, from_minor, to_minor, to_status }: Leg, currency: string | null): string {
  const what = `${levels[level]} ${id}`;
  if (to_minor === null) return `${what}: ${to_status === null ? 'as it is' : switched[to_status]}`;
  return `${what}: ${from_minor === null ? '?' : amount(from_minor, currency)} to ${amount(to_minor, currency)} a day`;
}

interface LegsProps {
  readonly legs: readonly Leg[];
  /** Null where it is not known. */
  readonly currency: string | null;
}

export const Legs = ({ legs, currency }: LegsProps): ReactElement => (
  <>
    {legs.map((leg) => (
      <span key={leg.id} className="under">
        {legWords(leg, currency)}
      </span>
    ))}
  </>
);
