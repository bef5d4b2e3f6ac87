/** The views of the present section, where it has several. The account that one of them shows stays chosen in the next. */
import type { ReactElement } from 'react';
import { hrefTo, type Route } from './route.ts';
import { sectionOf } from './sections.ts';

export function Tabs({ route }: { readonly route: Route }): ReactElement | null {
  const section = sectionOf(route.view);
  if (section === undefined || section.views.length < 2) return null;
  const account = route.query['account'] ?? null;
  return (
    <nav className="tabs" aria-label={section.words}>
      {section.views.map(({ view, words }) => (
        <a key={view} href={hrefTo(view, [], { account })} aria-current={view === route.view ? 'page' : undefined}>
          {words}
        </a>
      ))}
    </nav>
  );
}
