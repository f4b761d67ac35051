export type { OpcuaOutletOptions } from './outlet-options.js';
export { OpcuaOutlet, type OpcuaOutletDependencies, type OpcuaStatistics } from './opcua-outlet.js';
export type { TagWriter, WriteOrigin } from './tag-writer.js';
