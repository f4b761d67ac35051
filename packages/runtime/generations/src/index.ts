export { boot, type Boot, type BootFile, type RefusedFile, type BootDependencies, type BootRequest } from './boot.js';
export { withDriverOptions, type DriverOption } from './driver-options.js';
export { DocumentRefused } from './generation-errors.js';
export type { GenerationPage } from './generation-archive.js';
export type { GenerationsState } from './generations-state.js';
export {
  Generations,
  type GenerationsObserver,
  type GenerationsDependencies,
  type PublishOptions,
} from './generations.js';
export type { PublishedFile } from './written-text.js';
export { OneAtATime } from './one-at-a-time.js';
export type { PresentDraft } from './present-draft.js';
export { PlantFileWatch, type PlantFileWatchDependencies } from './plant-file-watch.js';
export type {
  Apply,
  AuthorityAccess,
  CheckedPlant,
  CheckedText,
  PlantCheck,
  PlantTextEdit,
  Planner,
  PlantSource,
  RunningVersion,
  SealedStore,
  VersionContent,
} from './ports.js';
export type { Publication } from './publication.js';
export type { DiffSide, PublishSource, Validity } from './submitted-documents.js';
