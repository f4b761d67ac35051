export { DevicePoller, type DevicePollerDependencies, type PolledTag } from './device-poller.js';
export { DeviceSubscriber } from './device-subscriber.js';
export { ScanClass, type ScanDependencies, type ScanResult, type ScanStatistics } from './scan-class.js';
export { StalenessMonitor } from './staleness-monitor.js';
export { isSameType, type Scaling, type TagDefinition } from './tag-definition.js';
export { noTag, systemPrefix, type TagHandle } from './tag-registry.js';
export type { ChangeListener, DefinitionListener } from './tag-listeners.js';
export { TagStore } from './tag-store.js';
export type { WriteAnswer, WriteReply } from './write-answer.js';
export {
  WriteRequests,
  type HandleWrite,
  type PathWrite,
  type WriteOrigin,
  type WriteRequestsDependencies,
} from './write-requests.js';
