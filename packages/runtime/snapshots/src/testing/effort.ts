/** Rounds of a randomised test: ten times as many with FIELDWARDEN_LONG=1. */
export function rounds(short: number): number {
  return process.env.FIELDWARDEN_LONG === '1' ? 10 * short : short;
}

/** Time limit of such a test, ms. */
export function limitMs(short: number): number {
  return rounds(short);
}
