/** Every route of the API, in the order of the document. */
import { loopRoutes } from './loops/index.ts';
import type { Route } from './route.ts';
import { liveRoute } from './routes/live.ts';
import { operationRoutes } from './routes/operations.ts';
import { resourceRoutes } from './routes/index.ts';
import { eventRoutes } from './routes/events-in.ts';

/** Routes that take JSON and answer it. */
export const plainRoutes: readonly Route[] = [...loopRoutes, ...resourceRoutes, ...operationRoutes];

export { eventRoutes };

export const allRoutes: readonly Route[] = [...plainRoutes, ...eventRoutes, liveRoute];
