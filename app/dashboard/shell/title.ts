/** The browser's title: what the page is about first, so that tabs can be told apart. */
import { useEffect } from 'react';
import type { Route } from './route.ts';
import { viewWords } from './sections.ts';

/** By its address alone: of one thing its id, until its name is known. */
export function titleOf({ view, rest }: Route): string {
  const words = [rest.at(-1), view === null ? 'Not found' : viewWords(view), 'Flywheel'];
  return words.filter((word) => word !== undefined).join(' · ');
}

/** Names the thing that a view shows, once it is known. */
export function useTitle(name: string): void {
  useEffect(() => {
    const [view = '', product = ''] = document.title.split(' · ').slice(-2);
    document.title = `${name} · ${view} · ${product}`;
  }, [name]);
}
