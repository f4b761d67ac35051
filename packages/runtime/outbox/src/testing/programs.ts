/** Programs that the tests of this package start and kill. */
export const programs = {
  append: new URL('../../dist/testing/append-forever.js', import.meta.url),
} as const;
