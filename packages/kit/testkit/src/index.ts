export { collectingAudit, type CollectingAudit } from './collecting-audit.js';
export { collectingLogger, type CollectingLogger, type CollectedRecord } from './collecting-logger.js';
export { FakeClock } from './fake-clock.js';
export { FaultProxy, type FaultProxyOptions } from './fault-proxy.js';
export { MemoryDriverStorage, testBelongings } from './memory-driver-storage.js';
export { type DirectionFaults } from './proxy-pipe.js';
export { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.js';
export { mayMount, SmallDisk } from './small-disk.js';
export { testOrigin } from './test-origin.js';
export { testCall, type TestCallOverrides } from './test-call.js';
export { waitFor, type WaitForOptions } from './wait-for.js';
export { CountedClock } from './service/counted-clock.js';
export { MemoryAlarmFeed } from './service/memory-alarm-feed.js';
export { MemoryDesk, type MemoryAccount } from './service/memory-desk.js';
export { MemoryStorage } from './service/memory-storage.js';
export { MemoryTags, type TagUpdate } from './service/memory-tags.js';
export { MemoryWriter, writeAnswers, type RecordedWrite, type WriteScript } from './service/memory-writer.js';
export { RecordedAlarms, type RecordedAlarm } from './service/recorded-alarms.js';
export { sampleAlarm } from './service/sample-alarm.js';
export { RecordedConditions, type RecordedVerdict } from './service/recorded-conditions.js';
export {
  serviceContext,
  type RecordedEvent,
  type ServiceContextOverrides,
  type TestServiceContext,
} from './service/service-context.js';
export { memoryTag } from './service/memory-tag.js';
