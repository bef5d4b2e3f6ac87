/** Which decisions come out otherwise when the same events are decided by other code. */
import { differences, type Difference } from '../operations/decisions/differences.ts';
import type { Made } from './made.ts';

export interface Changed {
  readonly kind: 'new' | 'gone' | 'changed';
  readonly topic: string;
  readonly account_id: string;
  readonly about: string;
  /** Of one that changed. */
  readonly fields: readonly Difference[];
}

const placeOf = ({ topic, account_id, about }: Made): string => JSON.stringify([topic, account_id, about]);

function byPlace(decisions: readonly Made[]): ReadonlyMap<string, readonly Made[]> {
  const found = new Map<string, Made[]>();
  for (const one of decisions) {
    const same = found.get(placeOf(one));
    if (same === undefined) found.set(placeOf(one), [one]);
    else same.push(one);
  }
  return found;
}

/** Decisions about the same thing are held against each other in their order; those of an order that differs are changed. */
export function changed(before: readonly Made[], after: readonly Made[]): readonly Changed[] {
  const [old, next] = [byPlace(before), byPlace(after)];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((place) => {
    const [was, is] = [old.get(place) ?? [], next.get(place) ?? []];
    return Array.from({ length: Math.max(was.length, is.length) }, (_, i) => one(was[i], is[i])).flat();
  });
}

function one(before: Made | undefined, after: Made | undefined): readonly Changed[] {
  const about = before ?? after;
  if (about === undefined) return [];
  const { value: _, ...named } = about;
  if (before === undefined) return [{ kind: 'new', ...named, fields: [] }];
  if (after === undefined) return [{ kind: 'gone', ...named, fields: [] }];
  const fields = differences(before.value, after.value);
  return fields.length === 0 ? [] : [{ kind: 'changed', ...named, fields }];
}
