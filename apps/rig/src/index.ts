export { startRig, type Rig } from './rig.js';
export { parseRigOptions, type PortName, type RigOptions } from './rig-options.js';
