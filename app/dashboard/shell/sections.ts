/** The page's views by section: the head names sections, a section of several views names those below it. */
import type { ViewName } from './route.ts';

export interface Section {
  readonly words: string;
  readonly views: readonly { readonly view: ViewName; readonly words: string }[];
}

export const sections: readonly Section[] = [
  {
    words: 'Overview',
    views: [
      { view: 'overview', words: 'Overview' },
      { view: 'alerts', words: 'Alerts' },
    ],
  },
  {
    words: 'Experiments',
    views: [
      { view: 'experiments', words: 'Experiments' },
      { view: 'queue', words: 'To be tested' },
      { view: 'promotions', words: 'Promotions' },
    ],
  },
  {
    words: 'Decisions',
    views: [
      { view: 'decisions', words: 'Decisions' },
      { view: 'budgets', words: 'Budgets' },
    ],
  },
  { words: 'Learning', views: [{ view: 'learning', words: 'Learning' }] },
  {
    words: 'Creatives',
    views: [
      { view: 'creatives', words: 'Traits and score' },
      { view: 'memory', words: 'Memory' },
      { view: 'fatigue', words: 'Fatigue' },
    ],
  },
  { words: 'Accounts', views: [{ view: 'accounts', words: 'Accounts' }] },
  {
    words: 'Health',
    views: [
      { view: 'health', words: 'Health' },
      { view: 'topology', words: 'Topology' },
      { view: 'dead-letters', words: 'Dead letters' },
    ],
  },
  { words: 'Settings', views: [{ view: 'settings', words: 'Settings' }] },
];

export const sectionOf = (view: ViewName | null): Section | undefined =>
  sections.find(({ views }) => views.some((one) => one.view === view));

/** What a view is called. */
export const viewWords = (view: ViewName): string =>
  sections.flatMap(({ views }) => views).find((one) => one.view === view)?.words ?? view;
