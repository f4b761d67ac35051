export { anchorDocument } from './text/anchor-document.js';
export type {
  AddedDevice,
  AddedDriver,
  AddedService,
  ApplyContext,
  ApplyPlan,
  ChangedDevice,
  ChangedDriver,
  ChangedService,
  ChangedTag,
  DeviceChange,
  DriverChange,
  GatewayChange,
  LiveSettings,
  RemovedDevice,
  RemovedDriver,
  RemovedService,
  ServiceChange,
  TagChanges,
} from './apply/apply-plan.js';
export type { StabilitySettings } from '@fieldwarden/stability';
export { diffDocuments, maxConfigChanges, type DocumentDifference } from './apply/diff-documents.js';
export { exportTagsCsv } from './tag-tables/export-tags-csv.js';
export { importKepwareTags, type KepwareImportOptions, type KepwareTarget } from './kepware/import-kepware-tags.js';
export { importTagsCsv, type TagImportOptions } from './tag-tables/import-tags-csv.js';
export { importIntoText, type TagImportRequest, type TextImport } from './tag-tables/import-into-text.js';
export type { ImportMode, TagImport } from './tag-tables/tag-table.js';
export { withAlikeDrivers } from './apply/alike-drivers.js';
export { planApply } from './apply/plan-apply.js';
export { formatPath, type FieldPath } from './rules/findings.js';
export {
  summaryOf,
  textDigest,
  type Generation,
  type GenerationSummary,
  type PublishedSource,
} from './apply/generation.js';
export {
  loadPlantDocument,
  loadPlantFile,
  loadPlantText,
  registerThirdParties,
  type DocumentPlace,
  type FileAccess,
  type LoadedDocument,
  type LoadedPlant,
  type LoadedText,
} from './text/load-plant-file.js';
export { parsePlantText, type ParsedText } from './text/parse-plant-text.js';
export { plantSchema, type PlantDocument } from './document/plant-document.js';
export { optionsJsonSchema, plantJsonSchema, type PlantJsonSchema } from './document/plant-json-schema.js';
export { plantReference } from './document/plant-reference.js';
export {
  type CapabilityResilience,
  type Plant,
  type PlantDevice,
  type PlantDriver,
  type PlantService,
  type PlantResilience,
  type PlantSupervision,
} from './resolve/plant.js';
export { hasRefusedParts } from './resolve/plant.js';
export { admitDocument, admitText } from './admission/admit-document.js';
export type { ThirdPartyModule } from './modules/described.js';
export { modulesOf } from './modules/modules-of.js';
export type { ModuleAccess } from './modules/third-parties.js';
export { systemSecrets, type SecretSource } from './rules/secrets.js';
export { judgeTag } from './rules/tag-rules.js';
export { rangeOf } from './resolve/resolve-tag.js';
export { tagSchema } from './document/tag-schema.js';
export { tagFields, type TagField } from './document/tag-fields.js';
export type { Catalogue } from './document/catalogue.js';
export { validatePlant, type ValidationOptions, type ValidationResult } from './rules/validate-plant.js';
export { canonicalJson, documentDigest, rememberDigest, type DocumentDigest } from './apply/document-digest.js';
export { documentToYaml } from './text/document-to-yaml.js';
export { editPlantText } from './editing/edit-plant-text.js';
