export {
  alarmPriorities,
  alarmSeverities,
  limitStates,
  priorityOf,
  type Alarm,
  type AlarmAck,
  type AlarmPriority,
  type AlarmSeverity,
  type AlarmSubject,
  type AlarmTuple,
  type LimitState,
} from './alarm.js';
export { auditActions, type AuditAction, type AuditEntry, type AuditOutcome, type AuditTrail } from './access/audit.js';
export { availableActions, type OperableDriver } from './available-actions.js';
export { NotAvailable, type WrittenValue } from './not-available.js';
export type { PlantTag, Scaling, TagHistoryRules } from './plant-tag.js';
export {
  clientType,
  definitionOf,
  isSameSource,
  isSameType,
  plantTagOf,
  type TagDefinition,
} from './tag-definition.js';
export type { ConfigAuditRow } from './config-audit-row.js';
export {
  applyActions,
  type ApplyAction,
  type ApplyFailure,
  type ApplyStep,
  type ComparedDocument,
  type ConfigChange,
  type ConfigDifference,
} from './config-change.js';
export {
  deviceStates,
  driverActions,
  driverStates,
  type DeviceState,
  type DriverAction,
  type DriverState,
} from './driver-state.js';
export { demand, mayDo, notAllowed, permissionsHeldBy, rolesOf } from './access/decide.js';
export { documentBudget } from './document-budget.js';
export type { ErrorReport } from './error-report.js';
export type { Finding } from './finding.js';
export {
  gatewayEventTypes,
  type EventGap,
  type EventPlace,
  type GatewayEvent,
  type GatewayEventType,
  type NewGatewayEvent,
} from './gateway-event.js';
export type { LogRecord } from './log-record.js';
export { pathMatcher } from './access/path-globs.js';
export {
  areaPermissions,
  isRole,
  permissions,
  permissionsOf,
  roles,
  type Permission,
  type Role,
} from './access/permission.js';
export {
  auditedName,
  everywhere,
  gatewayPrincipal,
  type Grant,
  type Principal,
  type PrincipalProof,
} from './access/principal.js';
export type { RunFile } from './run-file.js';
export { originFields, type HandleWrite, type Origin, type WriteAnswer, type WriteReply } from './write-request.js';
