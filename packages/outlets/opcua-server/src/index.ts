export type { OpcuaOutletOptions } from './outlet-options.js';
export { OpcuaOutlet, type OpcuaOutletDependencies, type OpcuaStatistics } from './opcua-outlet.js';
export type { TagWrite, TagWriter, TagWriteReply, WriteOrigin } from './tag-writer.js';
