export {
  securityPolicies,
  type CapabilityResilience,
  type Plant,
  type PlantDevice,
  type PlantDriver,
  type PlantOpcua,
  type PlantTag,
  type ResilienceSettings,
  type Scaling,
  type SecurityPolicy,
  type SupervisionSettings,
} from './plant.js';
