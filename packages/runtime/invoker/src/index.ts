export { DeviceInvoker } from './device-invoker.js';
export type { DeviceInvokerDependencies } from './device-invoker-dependencies.js';
export type { DeviceStatus, ReachedState } from './device-status.js';
export type { BreakerState } from './device-breaker.js';
export type { InvokerListener } from './device-record.js';
export { uniformCalls, type CallSettings, type ResilienceSettings } from './resilience-settings.js';
export type { DeviceResilienceState } from './resilience-state.js';
export type { SessionSource } from './session-calls.js';
export { SessionInvoker, type SessionInvokerDependencies } from './session-invoker.js';
