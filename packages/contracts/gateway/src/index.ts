export { isSameSource, isSameType, type Scaling, type TagDefinition } from './tag-definition.js';
export type { HandleWrite, WriteAnswer, WriteOrigin, WriteReply } from './write-request.js';
