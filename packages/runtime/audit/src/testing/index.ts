export { recordRows, secretsOf, testAudit, testEntry } from './test-audit.js';

/** To be run and killed. */
export const recordForever = new URL('../../dist/testing/record-forever.js', import.meta.url);
