export { boot, type Boot, type BootFile, type BootParts, type BootRequest } from './boot.js';
export { DocumentRefused } from './generation-errors.js';
export { Generations, type GenerationsObserver, type GenerationsParts } from './generations.js';
export { OneAtATime } from './one-at-a-time.js';
export { PlantFileWatch, type PlantFileWatchParts } from './plant-file-watch.js';
export type {
  Apply,
  ApplyFailure,
  AuthorityAccess,
  CheckedPlant,
  PlantCheck,
  Planner,
  PlantSource,
  RunningVersion,
  SealedStore,
  VersionContent,
} from './ports.js';
export type { DiffSide, PublishSource } from './submitted-documents.js';
