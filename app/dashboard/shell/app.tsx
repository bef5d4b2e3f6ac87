/** The whole page: head, navigation, the view of the present address. */
import { useEffect, useRef, type ReactElement } from 'react';
import { ConnectionBanner } from './connection-banner.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { parseRoute, useHash } from './route.ts';
import { Tabs } from './tabs.tsx';
import { titleOf } from './title.ts';
import { View } from './view.tsx';

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
