/** How a file that is written is opened, by its owner and by the check before it. */
export const lmdbOptions = {
  // Commits are on disk when they resolve: one sync for both, and none that could be lost without a word.
  overlappingSync: false,
  // Batches begin with a promise that nobody holds; when the disk is full it would be an unhandled rejection.
  eventTurnBatching: false,
  encoding: 'binary',
  noSubdir: true,
  maxDbs: 1,
} as const;
