export { HostClient, type HostClientDeps, type HostClientOwner } from './client.js';
export { FrameDecoder, encodeFrame, frameHeaderBytes, frameKinds, maxFrameBytes, type FrameKind } from './frames.js';
export { HostLogger } from './host-logger.js';
export type { Operation } from './operation-log.js';
export { MemoryTransport, type MemoryTransportOptions } from './memory-transport.js';
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
  type ReadyMessage,
} from './messages.js';
export { HostServer, type HostServerDeps } from './server.js';
export { StreamTransport } from './stream-transport.js';
export type { Transport, TransportReceiver } from './transport.js';
