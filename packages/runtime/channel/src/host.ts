// The Host's end alone: every module that a Host does not load makes it ready sooner.
export { exitCodes, tiedArgument, type HostVitals, type InitMessage } from './messages.js';
export { HostServer, type HostServerDeps } from './served/server.js';
export { StreamTransport } from './wire/stream-transport.js';
