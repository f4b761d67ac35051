/** The gateway's book of alarms in memory, for tests of services. */
export { RememberedAlarms as MemoryAlarmFeed } from '@fieldwarden/service';
