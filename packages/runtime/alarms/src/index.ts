export {
  AlarmBook,
  unknownAlarm,
  type AlarmBookDependencies,
  type AlarmLimits,
  type GatewayAlarm,
  type AlarmToAcknowledge,
} from './alarm-book.js';
export type { AlarmMemory, KeptAlarm } from './alarm-memory.js';
export { gatewayConditions, type GatewayCondition, type GatewayConditionId } from './gateway-conditions.js';
export type { DeviceAlarms } from './reported/device-alarms.js';
export { reportedAlarm, type PresentAlarm } from './reported/present-alarm.js';
export { TableMemory } from './table-memory.js';
export type { AlarmChange, AlarmData, AlarmListener, AlarmNotice, AlarmTransition } from './told/alarm-change.js';
export { AlarmEvents, type AlarmEventEntry, type AlarmEventsDependencies } from './told/alarm-events.js';
