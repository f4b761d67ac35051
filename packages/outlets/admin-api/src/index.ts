export {
  exportFormats,
  type ChangeOrigin,
  type ComparedSide,
  type ConfigControl,
  type ExportFormat,
} from './control/config-control.js';
export type { AlarmControl, AlarmJournalQuery, AlarmQuery } from './control/alarm-control.js';
export type {
  ActOutcome,
  DeviceControl,
  DeviceHistoryQuery,
  DeviceMethod,
  HistoryAggregate,
} from './control/device-control.js';
export type { AdminTls } from './server/tls-front.js';
export { AdminServer, type AdminServerDependencies, type AdminServerOptions } from './server/admin-server.js';
export type { RateLimitOptions } from './access/rate-limits.js';
export type { EventStreamLimits } from './events/event-stream-limits.js';
export type { BrowseQuery, GatewayControl, TagFeed, TagQuery } from './control/gateway-control.js';
export type { ServiceControl } from './control/service-control.js';
export type { BackupWish, UpkeepControl } from './control/upkeep-control.js';
export { adminRoutes } from './routes/admin-routes.js';
export { openapiDocument } from './openapi/document.js';
