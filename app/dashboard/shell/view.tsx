/** The view of an address. The overview comes with the page; the others are loaded when somebody looks at them. */
import { Component, lazy, Suspense, type ReactElement, type ReactNode } from 'react';
import { Empty, Loading } from '../parts/empty.tsx';
import { Overview } from '../overview/overview.tsx';
import type { Route, ViewName } from './route.ts';

const Accounts = lazy(async () => ({ default: (await import('../accounts/accounts.tsx')).Accounts }));
const Alerts = lazy(async () => ({ default: (await import('../alerts/alerts.tsx')).Alerts }));
const Budgets = lazy(async () => ({ default: (await import('../budgets/budgets.tsx')).Budgets }));
const Creatives = lazy(async () => ({ default: (await import('../creatives/creatives.tsx')).Creatives }));
const DeadLetters = lazy(async () => ({ default: (await import('../dead-letters/dead-letters.tsx')).DeadLetters }));
const Decisions = lazy(async () => ({ default: (await import('../decisions/decisions.tsx')).Decisions }));
const Experiments = lazy(async () => ({ default: (await import('../experiments/experiments.tsx')).Experiments }));
const Fatigue = lazy(async () => ({ default: (await import('../fatigue/fatigue.tsx')).Fatigue }));
const Health = lazy(async () => ({ default: (await import('../health/health.tsx')).Health }));
const Learning = lazy(async () => ({ default: (await import('../learning/learning.tsx')).Learning }));
const Memory = lazy(async () => ({ default: (await import('../memory/memory.tsx')).Memory }));
const Promotions = lazy(async () => ({ default: (await import('../promotions/promotions.tsx')).Promotions }));
const Queue = lazy(async () => ({ default: (await import('../queue/queue.tsx')).Queue }));
const Settings = lazy(async () => ({ default: (await import('../settings/settings.tsx')).Settings }));
const Topology = lazy(async () => ({ default: (await import('../topology/topology.tsx')).Topology }));

export function View({ route }: { readonly route: Route }): ReactElement {
  return (
    <Loaded key={route.view}>
      <Suspense fallback={<Loading what="the view" />}>
        {route.view === null ? nowhere : views[route.view](route)}
      </Suspense>
    </Loaded>
  );
}

type Shows = (route: Route) => ReactElement;

const views: Readonly<Record<ViewName, Shows>> = {
  overview: () => <Overview />,
  alerts: ({ query }) => <Alerts query={query} />,
  topology: (route) => <Topology route={route} />,
  experiments: (route) => <Experiments route={route} />,
  queue: ({ query }) => <Queue query={query} />,
  promotions: ({ query }) => <Promotions query={query} />,
  learning: ({ query }) => <Learning query={query} />,
  creatives: ({ query }) => <Creatives query={query} />,
  accounts: ({ query }) => <Accounts query={query} />,
  memory: ({ query }) => <Memory query={query} />,
  fatigue: ({ query }) => <Fatigue query={query} />,
  decisions: (route) => <Decisions route={route} />,
  'dead-letters': (route) => <DeadLetters route={route} />,
  budgets: () => <Budgets />,
  settings: () => <Settings />,
  health: () => <Health />,
};

const nowhere = (
  <Empty title="There is no such view">
    The address may be mistyped. <a href="#/overview">Go to the overview</a>.
  </Empty>
);

/** A view that cannot be loaded says so, and the rest of the page stays: the engine is away, or was built anew since. */
class Loaded extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="problem" role="alert">
        <p className="problem-what">This view could not be shown.</p>
        <p>The engine may be away, or the page was built anew since it was opened: load it again.</p>
        <p className="problem-foot">
          <button type="button" onClick={() => window.location.reload()}>
            Load again
          </button>
        </p>
      </div>
    );
  }
}
