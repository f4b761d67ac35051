import { plainHostProgram } from './bundle/host-program.js';

export { hostProgram, plainHostProgram, type HostProgram } from './bundle/host-program.js';

/** Absolute path of the script that a Supervisor starts as a Host, without the bundle. */
export const driverHostMain = plainHostProgram.hostMain;
