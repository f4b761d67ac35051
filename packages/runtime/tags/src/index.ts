export { DevicePoller, type DevicePollerDependencies, type PolledTag } from './poll/device-poller.js';
export { DeviceSubscriber } from './poll/device-subscriber.js';
export { ScanClass, type ScanDependencies, type ScanResult, type ScanStatistics } from './poll/scan-class.js';
export { StalenessMonitor } from './poll/staleness-monitor.js';
export { LastValues, type LastValuesDependencies } from './last-values/last-values.js';
export { isSystemTag, noTag, systemPrefix, type TagHandle } from './store/tag-registry.js';
export { TagStore } from './store/tag-store.js';
export type { TagTerms } from './store/tag-terms.js';
export {
  WriteRequests,
  type PathWrite,
  type ServiceWrite,
  type WriteRequestsDependencies,
} from './write/write-requests.js';
