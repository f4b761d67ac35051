/** Fields of a fixed vocabulary, which clients go by: `error` is no secret there, whatever somebody's password is. */
export const words: ReadonlySet<string> = new Set([
  'schema',
  'state',
  'status',
  'level',
  'outcome',
  'dataType',
  'access',
]);

/** The same and values of plant tags, which are what their devices said. */
export const wordsAndValues: ReadonlySet<string> = new Set([...words, 'value']);
