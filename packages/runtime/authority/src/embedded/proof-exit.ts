/** Exit codes of the check of a file, besides 0 and those of a crash. */

/** A record is missing or not what was written; which one stands on stderr. */
export const proofFlaw = 3;

/** The file's format is newer; its number stands on stderr. */
export const proofNewer = 4;
