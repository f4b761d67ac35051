/** Exit codes of the check of a database, besides those of a crash. */
export const proofExit = {
  /** What is sound has been written into the copy; what was lost, if anything, stands on stdout. */
  rebuilt: 0,
  /** The content is not what was written; what is wrong stands on stdout. */
  flaw: 3,
  /** The format is newer; its number stands on stdout. */
  newer: 4,
  /** As `rebuilt`, but the copy could not be written. */
  checkedInPlace: 5,
  /** The system did not let it be read; why stands on stderr. */
  unchecked: 6,
} as const;
