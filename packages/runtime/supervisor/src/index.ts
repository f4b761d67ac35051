export type { DeathRecord } from './death/death-record.js';
export type {
  Host,
  HostEvent,
  HostListener,
  HostSnapshot,
  HostSpec,
  ServiceHost,
  ServiceHostSpec,
  SupervisedProcess,
} from './host.js';
export type { DriverName, HostName, ServiceName } from './host-name.js';
export {
  isPlanned,
  type CrashCause,
  type DeathCause,
  liveSpawn,
  newHost,
  type HostEffect,
  type HostHistory,
  type HostInput,
  type HostModel,
  type HostStateName,
  type PlannedCause,
  type StopCause,
} from './machine/host-state.js';
export { nextDueMs, step } from './machine/host-machine.js';
export { forgiven } from './machine/host-steps.js';
export { snapshotOf } from './machine/snapshot.js';
export { Waiters } from './waiters.js';
export {
  defaultSupervision,
  supervisionPolicy,
  type SupervisionPolicy,
  type SupervisionSettings,
} from './machine/supervision-settings.js';
export { PostMortemStore } from './death/post-mortem-store.js';
export type { PostMortemSummary } from './death/post-mortem-summary.js';
export type { SpareSnapshot } from './process/spare-process.js';
export { bootId, processIdentity, type ProcessIdentity } from './process/process-identity.js';
export type { PostMortem, PostMortemMemory, PostMortemOperation } from './death/post-mortem.js';
export { Supervisor, type SupervisorAlarm, type SupervisorDeps } from './supervisor.js';
