/** Programs that the tests of this package start and kill. */
export const programs = { record: new URL('../../dist/testing/record-forever.js', import.meta.url) } as const;
