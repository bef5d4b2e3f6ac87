/** Routes that are ours: budgets and policies, alerts, the log, work that goes on, and access. */
import type { Route } from '../route.ts';
import { alertRoutes } from './alerts.ts';
import { exportRoute } from './export.ts';
import { accessRoutes } from './keys.ts';
import { logRoutes } from './log.ts';
import { moneyRoutes } from './money.ts';
import { workRoutes } from './work.ts';

export const resourceRoutes: readonly Route[] = [
  ...moneyRoutes,
  ...alertRoutes,
  ...logRoutes,
  exportRoute,
  ...workRoutes,
  ...accessRoutes,
];
