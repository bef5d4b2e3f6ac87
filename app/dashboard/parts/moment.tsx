/** A time: local to the reader with its zone, UTC under the pointer. */
import type { ReactElement } from 'react';
import { localTime, utcTime, zoneName } from '../format/time.ts';

/** `zone` false where the zone stands once in the column's head. */
export function Moment({ at_ms, zone = true }: { readonly at_ms: number; readonly zone?: boolean }): ReactElement {
  return (
    <time dateTime={new Date(at_ms).toISOString()} title={utcTime(at_ms)}>
      {localTime(at_ms)}
      {zone && <span className="zone"> {zoneName(at_ms)}</span>}
    </time>
  );
}
