// The Host's end alone: every module that a Host does not load makes it ready sooner.
export type { InitMessage } from './messages.js';
export { runHost, type HostEnd, type HostProcessPort } from './process/run-host.js';
export { HostServer, type HostServerDependencies } from './served/server.js';
