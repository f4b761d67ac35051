export { anchorDocument } from './anchor-document.js';
export type {
  AddedDevice,
  AddedDriver,
  ApplyContext,
  ApplyPlan,
  ChangedDevice,
  ChangedDriver,
  ChangedTag,
  DeviceChange,
  DriverChange,
  GatewayChange,
  LiveSettings,
  RemovedDevice,
  RemovedDriver,
  TagChanges,
} from './apply-plan.js';
export type { StabilitySettings } from '@fieldwarden/stability';
export { diffDocuments, maxConfigChanges, type DocumentDifference } from './diff-documents.js';
export { exportTagsCsv } from './export-tags-csv.js';
export { importKepwareTags, type KepwareImportOptions, type KepwareTarget } from './import-kepware-tags.js';
export { importTagsCsv, type TagImportOptions } from './import-tags-csv.js';
export type { ImportMode, TagImport } from './tag-table.js';
export { planApply } from './plan-apply.js';
export { formatPath, type FieldPath } from './findings.js';
export { summaryOf, type Generation, type GenerationSummary } from './generation.js';
export { loadPlantDocument, loadPlantFile, loadPlantText, type LoadedPlant } from './load-plant-file.js';
export { parsePlantText, type ParsedText } from './parse-plant-text.js';
export { plantSchema, type PlantDocument } from './plant-document.js';
export { optionsJsonSchema, plantJsonSchema, type JsonSchema } from './plant-json-schema.js';
export { plantReference } from './plant-reference.js';
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
export { systemSecrets, type SecretSource } from './secrets.js';
export { loadThirdPartyDrivers } from './third-party-drivers.js';
export { validatePlant, type ValidationOptions, type ValidationResult } from './validate-plant.js';
export { canonicalJson, documentDigest, rememberDigest, type DocumentDigest } from './document-digest.js';
export { documentToYaml } from './document-to-yaml.js';
