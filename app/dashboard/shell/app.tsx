/** The whole page: head, navigation, the view of the present address. */
import { lazy, Suspense, useEffect, useRef, type ReactElement } from 'react';
import { Accounts } from '../accounts/accounts.tsx';
import { DeadLetters } from '../dead-letters/dead-letters.tsx';
import { Budgets } from '../budgets/budgets.tsx';
import { Creatives } from '../creatives/creatives.tsx';
import { Decisions } from '../decisions/decisions.tsx';
import { Experiments } from '../experiments/experiments.tsx';
import { Fatigue } from '../fatigue/fatigue.tsx';
import { Health } from '../health/health.tsx';
import { Learning } from '../learning/learning.tsx';
import { Memory } from '../memory/memory.tsx';
import { Overview } from '../overview/overview.tsx';
import { Settings } from '../settings/settings.tsx';
import { Topology } from '../topology/topology.tsx';
import { Empty, Loading } from '../parts/empty.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { parseRoute, useHash, type Route } from './route.ts';
import { Tabs } from './tabs.tsx';
import { titleOf } from './title.ts';

/** Loaded when it is looked at: the first view is quicker without it. */
const Alerts = lazy(async () => ({ default: (await import('../alerts/alerts.tsx')).Alerts }));

export function App(): ReactElement {
  const hash = useHash();
  const route = parseRoute(hash);
  const place = `${route.view ?? ''}/${route.rest.join('/')}`;
  const main = useRef<HTMLElement>(null);
  const seen = useRef(place);
  useEffect(() => {
    document.title = titleOf(parseRoute(hash));
    if (seen.current === place) return;
    // A new view begins at its top, and a screen reader begins with it.
    seen.current = place;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [place]);
  return (
    <>
      <a className="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        Skip to content
      </a>
      <Header route={route} />
      <ConnectionBanner />
      <main id="main" ref={main} tabIndex={-1}>
        <Tabs route={route} />
        <View route={route} />
      </main>
      <Footer />
    </>
  );
}

function View({ route }: { readonly route: Route }): ReactElement {
  switch (route.view) {
    case 'overview':
      return <Overview />;
    case 'alerts':
      return (
        <Suspense fallback={<Loading what="alerts" />}>
          <Alerts query={route.query} />
        </Suspense>
      );
    case 'topology':
      return <Topology route={route} />;
    case 'experiments':
      return <Experiments route={route} />;
    case 'learning':
      return <Learning query={route.query} />;
    case 'creatives':
      return <Creatives query={route.query} />;
    case 'accounts':
      return <Accounts query={route.query} />;
    case 'memory':
      return <Memory query={route.query} />;
    case 'fatigue':
      return <Fatigue query={route.query} />;
    case 'decisions':
      return <Decisions route={route} />;
    case 'dead-letters':
      return <DeadLetters route={route} />;
    case 'budgets':
      return <Budgets />;
    case 'settings':
      return <Settings />;
    case 'health':
      return <Health />;
    case null:
      return (
        <Empty title="There is no such view">
          The address may be mistyped. <a href="#/overview">Go to the overview</a>.
        </Empty>
      );
  }
}
