import type { Route } from '../route.js';
import { alarmRoutes } from './alarm-routes.js';
import { configRoutes } from './config-routes.js';
import { driverRoutes } from './driver-routes.js';
import { eventRoutes } from './event-routes.js';
import { historyRoutes } from './history-routes.js';
import { hostRoutes } from './host-routes.js';
import { logRoutes } from './log-routes.js';
import { methodRoutes } from './method-routes.js';
import { openapiRoute } from './openapi-routes.js';
import { postMortemRoutes } from './post-mortem-routes.js';
import { sessionRoutes } from './session-routes.js';
import { shutdownRoutes } from './shutdown-routes.js';
import { statusRoutes } from './status-routes.js';
import { tagRoutes } from './tag-routes.js';
import { tokenRoutes } from './token-routes.js';

const routes = [
  ...sessionRoutes,
  ...tokenRoutes,
  ...statusRoutes,
  ...driverRoutes,
  ...methodRoutes,
  ...postMortemRoutes,
  ...hostRoutes,
  ...tagRoutes,
  ...historyRoutes,
  ...alarmRoutes,
  ...eventRoutes,
  ...logRoutes,
  ...configRoutes,
  ...shutdownRoutes,
];

/** Every route of the Admin API. A new one is added here and nowhere else: server and OpenAPI document follow. */
export const adminRoutes: readonly Route[] = [...routes, openapiRoute(routes)];
