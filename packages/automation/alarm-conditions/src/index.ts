export { areaOf, alarmSettings, type AlarmRow, type AlarmSettings } from './settings.js';
export { JudgedConditions, type JudgedConditionsDependencies } from './live/judged-conditions.js';
