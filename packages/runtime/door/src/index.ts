export { Door, networkOf, type DoorLimits, type Occupation } from './door.js';
export { acceptBacklog, guardHttp, type HttpGuardOptions } from './guard-http.js';
