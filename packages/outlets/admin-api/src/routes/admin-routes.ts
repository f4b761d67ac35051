import type { Route } from '../server/route.js';
import { alarmRoutes } from './alarm-routes.js';
import { auditRoutes } from './audit-routes.js';
import { certificateRoutes } from './certificates/certificate-routes.js';
import { backupRoutes } from './upkeep/backup-routes.js';
import { doctorRoutes } from './upkeep/doctor-routes.js';
import { secretRoutes } from './upkeep/secret-routes.js';
import { configRoutes } from './config/config-routes.js';
import { driverRoutes } from './drivers/driver-routes.js';
import { eventRoutes } from './event-routes.js';
import { historyRoutes } from './tags/history-routes.js';
import { hostRoutes } from './drivers/host-routes.js';
import { logRoutes } from './log-routes.js';
import { methodRoutes } from './drivers/method-routes.js';
import { oidcRoutes } from './access/oidc-routes.js';
import { openSessionRoutes } from './access/open-session-routes.js';
import { openapiRoute } from './openapi-routes.js';
import { ownAccountRoutes } from './access/own-account-routes.js';
import { postMortemRoutes } from './drivers/post-mortem-routes.js';
import { servicePostMortemRoutes } from './services/service-post-mortem-routes.js';
import { serviceRoutes } from './services/service-routes.js';
import { sessionRoutes } from './access/session-routes.js';
import { shutdownRoutes } from './shutdown-routes.js';
import { statusRoutes } from './status-routes.js';
import { tagRoutes } from './tags/tag-routes.js';
import { trendRoutes } from './tags/trend-routes.js';
import { tokenRoutes } from './access/token-routes.js';
import { userRoutes } from './access/user-routes.js';

const routes = [
  ...sessionRoutes,
  ...oidcRoutes,
  ...ownAccountRoutes,
  ...openSessionRoutes,
  ...userRoutes,
  ...tokenRoutes,
  ...statusRoutes,
  ...driverRoutes,
  ...methodRoutes,
  ...postMortemRoutes,
  ...hostRoutes,
  ...serviceRoutes,
  ...servicePostMortemRoutes,
  ...tagRoutes,
  ...historyRoutes,
  ...trendRoutes,
  ...alarmRoutes,
  ...eventRoutes,
  ...logRoutes,
  ...certificateRoutes,
  ...configRoutes,
  ...auditRoutes,
  ...secretRoutes,
  ...backupRoutes,
  ...doctorRoutes,
  ...shutdownRoutes,
];

/** Every route of the Admin API. A new one is added here and nowhere else: server and OpenAPI document follow. */
export const adminRoutes: readonly Route[] = [...routes, openapiRoute(routes)];
