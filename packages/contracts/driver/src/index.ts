export type { Acknowledgement, AlarmEvent, AlarmSink, AlarmSubscription } from './alarms.js';
export type { CallContext } from './call-context.js';
export {
  capabilities,
  sessionServices,
  type Capability,
  type SessionMember,
  type SessionService,
} from './capabilities.js';
export {
  defineDriver,
  tiers,
  type AddressContext,
  type BadPoint,
  type DeviceContext,
  type DriverCertificates,
  type DriverContext,
  type DriverDefinition,
  type HostedDriver,
  type Tier,
} from './define-driver.js';
export type { CheckedDevice, CheckedTag, CheckPlace, DriverFinding } from './driver-finding.js';
export { DeviceRoster, type RosterChange, type RosterDevice } from './device-roster.js';
export {
  discoveredPage,
  maxCursorLength,
  maxDiscoveredNodes,
  type DiscoveredNode,
  type DiscoveredPage,
  type DiscoverQuery,
} from './discovery.js';
export {
  aggregates,
  maxContinuationLength,
  maxHistoryRows,
  type Aggregate,
  type EventHistoryQuery,
  type EventPage,
  type HistoricalEvent,
  type HistoricalValue,
  type HistoryPage,
  type HistoryPaging,
  type HistoryRange,
  type ProcessedHistoryQuery,
  type RawHistoryQuery,
} from './history.js';
export { hostOption } from './host-option.js';
export type { MethodCall, MethodResult } from './method.js';
export type { Point, WriteItem } from './point.js';
export { DriverRegistry, loadDriverModule } from './registry.js';
export type {
  DriverSession,
  AvoidedSpan,
  PlanDescription,
  PlannedRequest,
  ReadPlan,
  Subscription,
  UpdateBatch,
  UpdateSink,
  WriteResult,
} from './session.js';
export {
  checkStoredKey,
  encodeStoredValue,
  maxStoredKeyLength,
  maxStoredKeys,
  maxStoredValueBytes,
  type DriverStorage,
  type EncodedValue,
  type StoredValue,
} from './storage.js';
