export { DevicePoller, type DevicePollerDependencies, type PolledTag } from './poll/device-poller.js';
export { DeviceSubscriber } from './poll/device-subscriber.js';
export { ScanClass, type ScanDependencies, type ScanResult, type ScanStatistics } from './poll/scan-class.js';
export { StalenessMonitor } from './poll/staleness-monitor.js';
export { isSameType, type Scaling, type TagDefinition } from './store/tag-definition.js';
export { noTag, systemPrefix, type TagHandle } from './store/tag-registry.js';
export type { ChangeListener, DefinitionListener } from './store/tag-listeners.js';
export { TagStore } from './store/tag-store.js';
export type { WriteAnswer, WriteReply } from './write/write-answer.js';
export {
  WriteRequests,
  type HandleWrite,
  type PathWrite,
  type WriteOrigin,
  type WriteRequestsDependencies,
} from './write/write-requests.js';
