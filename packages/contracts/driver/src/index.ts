export type { CallContext } from './call-context.js';
export {
  defineDriver,
  tiers,
  type AddressContext,
  type DeviceContext,
  type DriverContext,
  type DriverDefinition,
  type Tier,
} from './define-driver.js';
export type { Point, WriteItem } from './point.js';
export { DriverRegistry, loadDriverModule } from './registry.js';
export {
  capabilities,
  type Capability,
  type DiscoveredNode,
  type DriverSession,
  type PlanDescription,
  type PlannedRequest,
  type ReadPlan,
  type Subscription,
  type UpdateBatch,
  type UpdateSink,
  type WriteResult,
} from './session.js';
