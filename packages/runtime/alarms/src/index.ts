export {
  AlarmBook,
  unknownAlarm,
  type AlarmBookDependencies,
  type AlarmLimits,
  type GatewayAlarm,
  type AlarmName,
} from './alarm-book.js';
export {
  AlarmActs,
  type AlarmActOutcome,
  type AlarmActsDependencies,
  type DeviceAcknowledgement,
} from './acts/alarm-acts.js';
export type { AlarmMemory, KeptAlarm } from './alarm-memory.js';
export { gatewayConditions, type GatewayCondition, type GatewayConditionId } from './gateway-conditions.js';
export type { DeviceAlarms } from './reported/device-alarms.js';
export { reportedAlarm, type PresentAlarm } from './reported/present-alarm.js';
export { floodAbove } from './figures/alarm-figures.js';
export type { AlarmStatistics, FigureSubject } from './figures/alarm-statistics.js';
export { AlarmJournal, journalLimits, type JournalLimits } from './journal/alarm-journal.js';
export type { JournalPage, JournalQuery, JournalRow } from './journal/journal-row.js';
export { maxShelvingMs, type ConditionState } from './state/condition-state.js';
export { stateTransitions, type StateAct, type StateTransition } from './state/state-input.js';
export { TableMemory, type AlarmTables } from './table-memory.js';
export type { AlarmChange, AlarmData, AlarmListener, AlarmNotice, AlarmTransition } from './told/alarm-change.js';
export { AlarmEvents, type AlarmEventEntry, type AlarmEventsDependencies } from './told/alarm-events.js';
