export { HostClient, type HostClientDependencies } from './client/client.js';
export type { HostLink, HostLinkOwner } from './client/host-link.js';
export {
  FrameDecoder,
  encodeFrame,
  frameHeaderBytes,
  frameKinds,
  maxFrameBytes,
  type FrameKind,
} from './wire/frames.js';
export { HostLogger } from './served/host-logger.js';
export type { Operation } from './client/operation-log.js';
export { MemoryTransport, type MemoryTransportOptions } from './wire/memory-transport.js';
export {
  exitCodes,
  protocolVersion,
  sessionMembers,
  tiedArgument,
  type FatalMessage,
  type HostVitals,
  type InitMessage,
  type InitParameters,
  type LogMessage,
  type PongMessage,
  type ProcessParameters,
  type ReadyMessage,
} from './messages.js';
export type { HostedSurroundings } from './service/gateway/answered-asks.js';
export { GuardedContext } from './service/hosted/guarded-context.js';
export {
  ServiceClient,
  type ServiceClientDependencies,
  type ServiceClientListener,
} from './service/gateway/service-client.js';
export type { ServiceParameters, ServiceReport } from './service/service-messages.js';
export { ServiceReports } from './service/hosted/service-reports.js';
export { HostServer, type HostServerDependencies } from './served/server.js';
export { StreamTransport } from './wire/stream-transport.js';
export type { Transport, TransportReceiver } from './wire/transport.js';
