export type { Deadband, Scaling, TagDefinition } from './tag-definition.js';
export { TagStore, type ChangeListener, type DefinitionListener, type TagHandle } from './tag-store.js';
