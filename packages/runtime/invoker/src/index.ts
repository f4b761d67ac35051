export {
  DeviceInvoker,
  type DeviceInvokerDependencies,
  type DeviceStatus,
  type ReachedState,
} from './device-invoker.js';
export { DeviceBreaker, type BreakerSettings, type BreakerState } from './device-breaker.js';
export { Bulkhead } from './bulkhead.js';
export { Pipeline, type PipelineDependencies, type PipelineRequest } from './pipeline.js';
export type { PipelineObserver } from './pipeline-observer.js';
export type { CallSettings, ResilienceSettings } from './resilience-settings.js';
export { retryDelayMs } from './retry-delay.js';
