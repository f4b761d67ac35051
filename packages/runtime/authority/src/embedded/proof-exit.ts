/** Exit codes of the check of a file, besides those of a crash. */
export const proofExit = {
  /** Every record is sound, and has been written into the copy. */
  rebuilt: 0,
  /** A record is missing or not what was written; which one stands on stderr. */
  flaw: 3,
  /** The file's format is newer; its number stands on stderr. */
  newer: 4,
  /** Every record is sound; there was no room for the copy. */
  soundInPlace: 5,
} as const;
