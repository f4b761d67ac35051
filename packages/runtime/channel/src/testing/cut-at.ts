/** The bytes in pieces, cut at these positions; positions beyond the end cut nothing. */
export function cutAt(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const cuts = [...new Set(positions)]
    .filter((position) => position > 0 && position < bytes.length)
    .sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => bytes.subarray(from, cuts[index] ?? bytes.length));
}
