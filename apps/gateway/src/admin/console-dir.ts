import { fileURLToPath } from 'node:url';

/** Where the build puts the web console. */
export const consoleDir = fileURLToPath(new URL('../../../console/dist', import.meta.url));
