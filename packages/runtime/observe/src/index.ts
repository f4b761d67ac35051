export { EventLog, eventCapacity, type EventLogOptions } from './event-log.js';
export {
  health,
  liveness,
  readiness,
  startup,
  type DriverHealth,
  type GatewayConcern,
  type GatewayHealth,
  type HealthAnswer,
  type HealthBody,
  type ReadinessBody,
  type ServiceHealthRow,
  type HealthVerdict,
} from './health/health-rules.js';
export {
  createHealthServer,
  type HealthServer,
  type HealthServerOptions,
  type HealthView,
} from './health/health-server.js';
export { toConsoleLine, toJsonLine, toTextLine } from './logs/log-record.js';
export { createLogging, recentCapacity, type Logging, type LoggingOptions } from './logs/logging.js';
export { callResults, type CallOutcome, type CapabilityMetrics, type DriverMetrics } from './metrics/driver-metrics.js';
export { createMetrics, type Metrics } from './metrics/metrics.js';
export type { ServiceSample } from './metrics/metrics-services.js';
export {
  memoryKinds,
  type AlarmSample,
  type DeviceSample,
  type DriverSample,
  type HostSample,
  type MemoryKind,
  type MetricsSource,
} from './metrics/metrics-samples.js';
