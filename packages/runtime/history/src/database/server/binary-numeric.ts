const base = 10_000n;
const negativeSign = 0x4000;

/** An integer as PostgreSQL's `numeric` in binary: groups of four decimal digits, the greatest first. */
export function binaryNumeric(value: bigint): Buffer {
  const groups: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest /= base) groups.unshift(Number(rest % base));
  const bytes = Buffer.alloc(8 + 2 * groups.length);
  bytes.writeInt16BE(groups.length, 0);
  bytes.writeInt16BE(Math.max(0, groups.length - 1), 2); // weight of the first group
  bytes.writeInt16BE(value < 0n ? negativeSign : 0, 4);
  for (const [i, group] of groups.entries()) bytes.writeInt16BE(group, 8 + 2 * i);
  return bytes;
}
