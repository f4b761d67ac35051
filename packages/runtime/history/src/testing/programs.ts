/** Programs that the tests of this package start and kill. */
export const programs = {
  record: new URL('../../dist/testing/record-forever.js', import.meta.url),
  queue: new URL('../../dist/testing/queue-forever.js', import.meta.url),
} as const;
