export {
  exportFormats,
  type ChangeOrigin,
  type ComparedSide,
  type ConfigControl,
  type ExportFormat,
} from './config-control.js';
export { AdminServer, type AdminServerDependencies, type AdminServerOptions } from './admin-server.js';
export type { TokenVerifier } from './authentication.js';
export type { EventStreamLimits } from './event-streams.js';
export type { GatewayControl, TagQuery, WriteRequestOrigin } from './gateway-control.js';
export { adminRoutes } from './routes/admin-routes.js';
export { openapiDocument } from './openapi/document.js';
export { TokenStore, type TokenStoreOptions } from './token-store.js';
