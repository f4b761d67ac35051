export { killAfter } from './kill-after.js';

/** Programs that the tests of this package start and kill. */
export const programs = {
  put: new URL('../../dist/testing/put-forever.js', import.meta.url),
  replace: new URL('../../dist/testing/replace-forever.js', import.meta.url),
} as const;
