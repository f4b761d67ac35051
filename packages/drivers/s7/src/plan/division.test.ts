import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress } from '../address/address.js';
import { divide, mergeLeaves } from './division.js';
import { blockOf, type ReadBlock } from './plan.js';

const outOfRange = 0x05;
const type = { scalar: 'int16' } as const;

/** Words 0 … count − 1 as one block. */
function wordBlock(count: number): ReadBlock {
  return blockOf(
    Array.from({ length: count }, (_, row) => ({ row, type, address: parseAddress(`DB1.DBW${row * 2}`, type) })),
  );
}

/** A CPU in which these words are missing. */
function cpu(missing: ReadonlySet<number>): {
  ask: (blocks: readonly ReadBlock[]) => Promise<(number | undefined)[]>;
  rounds: number;
} {
  const peer = {
    rounds: 0,
    ask: (blocks: readonly ReadBlock[]) => {
      peer.rounds++;
      return Promise.resolve(
        blocks.map(({ points }) => (points.some(({ row }) => missing.has(row)) ? outOfRange : undefined)),
      );
    },
  };
  return peer;
}

test('finds exactly the points that are missing, in as many rounds as it takes to halve down to one', async () => {
  const scene = fc.integer({ min: 2, max: 64 }).chain((count) => fc.record({ count: fc.constant(count), missing: fc.uniqueArray(fc.nat(count - 1), { minLength: 1 }) })); // prettier-ignore
  await fc.assert(
    fc.asyncProperty(scene, async ({ count, missing }) => {
      const peer = cpu(new Set(missing));
      const root = { block: wordBlock(count), code: outOfRange };
      const leaves = (await divide([root], peer.ask)).get(root.block)!;
      const failed = leaves.filter(({ code }) => code !== undefined).flatMap(({ block }) => block.points.map(({ row }) => row));
      expect(failed).toEqual(missing.toSorted((a, b) => a - b));
      expect(leaves.flatMap(({ block }) => block.points.map(({ row }) => row))).toEqual([...Array(count).keys()]);
      expect(peer.rounds).toBeLessThanOrEqual(Math.ceil(Math.log2(count)));
    }),
  ); // prettier-ignore
});

test('neighbours that fared alike become one block: no two of them lie side by side', async () => {
  const missing = new Set([10, 11, 12, 40]);
  const root = { block: wordBlock(64), code: outOfRange };
  const merged = mergeLeaves((await divide([root], cpu(missing).ask)).get(root.block)!);
  expect(merged.map(({ block, code }) => [block.start, block.byteLength, code])).toEqual([
    [0, 20, undefined],
    [20, 6, outOfRange],
    [26, 54, undefined],
    [80, 2, outOfRange],
    [82, 46, undefined],
  ]);
});

test('a refusal that is not about the address is not divided', async () => {
  const peer = cpu(new Set());
  const root = { block: wordBlock(8), code: 0x03 };
  expect((await divide([root], peer.ask)).get(root.block)).toEqual([root]);
  expect(peer.rounds).toBe(0);
});
