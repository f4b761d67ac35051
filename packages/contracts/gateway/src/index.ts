export { alarmSeverities, type Alarm, type AlarmPriority, type AlarmSeverity, type AlarmSubject } from './alarm.js';
export { isSameSource, isSameType, type Scaling, type TagDefinition } from './tag-definition.js';
export type { HandleWrite, WriteAnswer, WriteOrigin, WriteReply } from './write-request.js';
