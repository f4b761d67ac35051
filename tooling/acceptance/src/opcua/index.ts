import { fileURLToPath } from 'node:url';

export { attacks, type Attack, type AttackedServer } from './attacks.js';
export { hoarding } from './hoarding.js';
export { HostileClient } from './hostile-client.js';
export { SubscribedClients } from './subscribed-clients.js';
export type { NodeName } from './ua-bytes.js';
export * as uaRequests from './ua-requests.js';

/** A script that carries one attack out; what it takes and says stands in it. */
export const attackMain = fileURLToPath(new URL('attack-main.js', import.meta.url));
