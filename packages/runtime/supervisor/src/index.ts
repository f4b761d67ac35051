export type { DeathRecord } from './death-record.js';
export type { Host, HostEvent, HostListener, HostSnapshot, HostSpec } from './host.js';
export {
  isPlanned,
  type CrashCause,
  type DeathCause,
  type HostHistory,
  type HostStateName,
  type PlannedCause,
  type StopCause,
} from './host-state.js';
export { forgiven } from './host-steps.js';
export {
  defaultSupervision,
  supervisionPolicy,
  type SupervisionPolicy,
  type SupervisionSettings,
} from './supervision-settings.js';
export { PostMortemStore, type PostMortemSummary } from './post-mortem-store.js';
export { bootId, processIdentity, type ProcessIdentity } from './process-identity.js';
export type { PostMortem, PostMortemMemory, PostMortemOperation } from './post-mortem.js';
export { Supervisor, type SupervisorAlarm, type SupervisorDeps } from './supervisor.js';
