export { alarmSeverities, type Alarm, type AlarmPriority, type AlarmSeverity, type AlarmSubject } from './alarm.js';
export type { PlantTag, Scaling } from './plant-tag.js';
export {
  clientType,
  definitionOf,
  isSameSource,
  isSameType,
  plantTagOf,
  type TagDefinition,
} from './tag-definition.js';
export type { HandleWrite, WriteAnswer, WriteOrigin, WriteReply } from './write-request.js';
