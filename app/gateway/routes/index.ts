/** Routes that are ours: budgets and policies, the log, work that goes on, and access. */
import type { Route } from '../route.ts';
import { accessRoutes } from './keys.ts';
import { logRoutes } from './log.ts';
import { moneyRoutes } from './money.ts';
import { workRoutes } from './work.ts';

export const resourceRoutes: readonly Route[] = [...moneyRoutes, ...logRoutes, ...workRoutes, ...accessRoutes];
