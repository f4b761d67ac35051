export type { OpcuaOutletOptions } from './server/outlet-options.js';
export { OpcuaOutlet, type OpcuaOutletDependencies, type OpcuaStatistics } from './opcua-outlet.js';
