/** Addresses within the page: the part behind `#`, as views read and link it. */
import { useSyncExternalStore } from 'react';

const views = [
  'overview',
  'alerts',
  'topology',
  'experiments',
  'queue',
  'promotions',
  'learning',
  'creatives',
  'memory',
  'fatigue',
  'decisions',
  'budgets',
  'accounts',
  'health',
  'dead-letters',
  'settings',
] as const;
export type ViewName = (typeof views)[number];

export interface Route {
  readonly view: ViewName | null;
  /** What stands behind the view's name, decoded. */
  readonly rest: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

/** A malformed escape is taken as it stands: a link cut short by a terminal still leads to its view. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** `#/experiments/act_1/exp_1?status=winner` as its parts; view null where there is no such view. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first = '', ...rest] = path.split('/');
  const name = first === '' ? 'overview' : first;
  return {
    view: views.find((view) => view === name) ?? null,
    rest: rest.filter((part) => part !== '').map(decoded),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
}

/** The address of a view; parts of `rest` may hold any character. */
export function hrefTo(
  view: ViewName,
  rest: readonly string[] = [],
  query: Readonly<Record<string, string | null>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null) search.set(name, value);
  const path = [view, ...rest.map(encodeURIComponent)].join('/');
  return `#/${path}${search.size === 0 ? '' : `?${search.toString()}`}`;
}

/** The address of a decision's explanation: its id's own slashes separate, so that it is the command line's link. */
export const hrefToDecision = (id: string): string => hrefTo('decisions', id.split('/'));

const subscribe = (listener: () => void): (() => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};

/** The present address, as text. */
export const useHash = (): string => useSyncExternalStore(subscribe, () => window.location.hash);
