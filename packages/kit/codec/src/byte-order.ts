/**
 * Orders are written as patterns: the letters in the order in which the bytes travel, A the most significant. `CDAB` therefore
 * means that the low word comes first and that each word is big-endian.
 */
export const orders16 = ['AB', 'BA'] as const;
export const orders32 = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export const orders64 = ['ABCDEFGH', 'GHEFCDAB', 'BADCFEHG', 'HGFEDCBA', 'CDABGHEF', 'EFGHABCD'] as const;

export type Order16 = (typeof orders16)[number];
export type Order32 = (typeof orders32)[number];
export type Order64 = (typeof orders64)[number];

export interface ByteOrders {
  readonly order16: Order16;
  readonly order32: Order32;
  readonly order64: Order64;
}

export const bigEndian: ByteOrders = { order16: 'AB', order32: 'ABCD', order64: 'ABCDEFGH' };
export const littleEndian: ByteOrders = { order16: 'BA', order32: 'DCBA', order64: 'HGFEDCBA' };

const order64ByOrder32: Readonly<Record<Order32, Order64>> = {
  ABCD: 'ABCDEFGH',
  CDAB: 'GHEFCDAB',
  BADC: 'BADCFEHG',
  DCBA: 'HGFEDCBA',
};

/** The 64-bit order of a device that keeps the habit of its 32-bit order over four words. */
export function order64Of(order32: Order32): Order64 {
  return order64ByOrder32[order32];
}

/** Where in the source the most significant byte stands, then the next one, and so on. */
export function bytePositions(order: Order16 | Order32 | Order64): readonly number[] {
  return Array.from({ length: order.length }, (_, significance) => order.indexOf('ABCDEFGH'[significance]));
}
