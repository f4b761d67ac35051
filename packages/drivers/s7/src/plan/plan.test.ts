import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../address/address.js';
import { gapOf, halves, packReads, packWrites, planBlocks, type PlannedPoint, type ReadBlock } from './plan.js';

const pduSizes = fc.constantFrom(112, 240, 480, 960);
const limits = fc.record({ pduBytes: pduSizes, maxGapBytes: fc.constantFrom(0, 4, 16, 200) });

const point = fc.oneof(
  fc.record({ db: fc.constantFrom(1, 2, 7), at: fc.nat(3_000) }).map(({ db, at }) => [`DB${db}.DBD${at}`, 'float32']),
  fc.record({ at: fc.nat(500), bit: fc.nat(7) }).map(({ at, bit }) => [`M${at}.${bit}`, 'bool']),
  fc.record({ at: fc.nat(500), length: fc.integer({ min: 1, max: 254 }) }).map(({ at, length }) => [`DB1,STRING${at}.${length}`, 'string']),
  fc.record({ at: fc.nat(500), count: fc.integer({ min: 1, max: 600 }) }).map(({ at, count }) => [`IW${at}[${count}]`, `int16[${count}]`]),
  fc.nat(200).map((number) => [`T${number}`, 'int32']),
); // prettier-ignore

const points = fc
  .array(point, { maxLength: 120 })
  .map((texts) => texts.map(([address, type], row) => planned(address, type, row)));

describe('for any points, limits and PDU: (§9.2)', () => {
  test('every point lies in exactly one block, whole', () => {
    fc.assert(
      fc.property(points, limits, (all, limit) => {
        const blocks = planBlocks(all, limit);
        const rows = blocks.flatMap((block) => block.points.map(({ row }) => row));
        expect(rows.toSorted((a, b) => a - b)).toEqual(all.map(({ row }) => row));
        for (const block of blocks) for (const { address } of block.points) expect(contains(block, address)).toBe(true);
      }),
    );
  });

  test('the items of a block cover it without overlap, in its order', () => {
    fc.assert(
      fc.property(points, limits, (all, limit) => {
        const blocks = planBlocks(all, limit);
        const items = packReads(blocks, limit.pduBytes).flatMap((job) => job.items);
        for (const block of blocks) {
          let end = block.start;
          let bytes = 0;
          for (const item of items.filter((each) => each.block === block)) {
            expect(item.start).toBe(end);
            end = block.area === 'T' ? item.start + 1 : item.start + item.byteLength;
            bytes += item.byteLength;
          }
          expect(bytes).toBe(block.byteLength);
        }
      }),
    );
  });

  test('no job breaks the limit of 20 items or the PDU, in either direction', () => {
    fc.assert(
      fc.property(points, limits, (all, limit) => {
        for (const { items } of packReads(planBlocks(all, limit), limit.pduBytes)) {
          expect(items.length).toBeLessThanOrEqual(20);
          expect(12 + items.length * 12).toBeLessThanOrEqual(limit.pduBytes);
          const reply = items.reduce((sum, { byteLength }) => sum + 4 + byteLength + (byteLength & 1), 14);
          expect(reply).toBeLessThanOrEqual(limit.pduBytes);
        }
      }),
    );
  });

  test('no block reads across a hole that is longer than allowed', () => {
    fc.assert(
      fc.property(points, limits, (all, limit) => {
        for (const { points: inside, start } of planBlocks(all, limit)) {
          let end = start;
          for (const { address } of inside) {
            expect(address.start - end).toBeLessThanOrEqual(limit.maxGapBytes);
            end = Math.max(end, address.start + address.byteLength);
          }
        }
      }),
    );
  });

  test('no two blocks could have been one', () => {
    fc.assert(
      fc.property(points, limits, (all, limit) => {
        const blocks = planBlocks(all, limit);
        for (const [i, next] of blocks.slice(1).entries()) {
          const last = blocks[i];
          if (last.area !== next.area || last.db !== next.db || last.area === 'T') continue;
          const isFar = next.start - (last.start + last.byteLength) > limit.maxGapBytes;
          const first = next.points[0].address;
          const isFull = Math.max(last.start + last.byteLength, first.start + first.byteLength) - last.start > limit.pduBytes - 18;
          expect(isFar || isFull).toBe(true);
        }
      }),
    ); // prettier-ignore
  });

  test('halves hold all points of the block between them, and come to an end', () => {
    const count = (block: ReadBlock): number => {
      const two = halves(block);
      if (!two) return block.points.length;
      expect(two[0].points.length + two[1].points.length).toBe(block.points.length);
      return count(two[0]) + count(two[1]);
    };
    fc.assert(
      fc.property(points, limits, (all, limit) => {
        for (const block of planBlocks(all, limit)) expect(count(block)).toBe(block.points.length);
      }),
    );
  });

  test('written bytes arrive in their order, once each, in jobs within the limits', () => {
    const part = fc.record({ start: fc.nat(1_000), data: fc.uint8Array({ minLength: 1, maxLength: 700 }) });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 60 }), pduSizes, (parts, pduBytes) => {
        const wanted = parts.map(({ start, data }, index) => ({ area: 'DB' as const, db: 1, start, data: Buffer.from(data), index }));
        const jobs = packWrites(wanted, pduBytes);
        const bytes = jobs.flatMap(({ items }) => items).flatMap(({ index, start, data }) => [...data].map((byte, i) => [index, start + i, byte]));
        expect(bytes).toEqual(wanted.flatMap(({ index, start, data }) => [...data].map((byte, i) => [index, start + i, byte])));
        for (const { items } of jobs) {
          expect(items.length).toBeLessThanOrEqual(20);
          const request = items.reduce((sum, { data }) => sum + 16 + data.length + (data.length & 1), 12);
          expect(request).toBeLessThanOrEqual(pduBytes);
        }
      }),
      { numRuns: 50 },
    ); // prettier-ignore
  });
});

test('1,000 REALs in a row are 19 requests at a PDU of 240 and 5 at 960', () => {
  const reals = Array.from({ length: 1_000 }, (_, row) => planned(`DB1.DBD${row * 4}`, 'float32', row));
  const requests = (pduBytes: number): number =>
    packReads(planBlocks(reals, { pduBytes, maxGapBytes: 16 }), pduBytes).length;
  expect([requests(240), requests(480), requests(960)]).toEqual([19, 9, 5]);
});

test('a hole counts as gap, and points that overlap count once', () => {
  const [block] = planBlocks(
    [planned('DB1.DBD0', 'float32', 0), planned('DB1.DBW2', 'int16', 1), planned('DB1.DBW10', 'int16', 2)],
    { pduBytes: 240, maxGapBytes: 16 },
  );
  expect([block.byteLength, gapOf(block)]).toEqual([12, 6]);
});

function contains(block: ReadBlock, { start, byteLength }: { start: number; byteLength: number }): boolean {
  return start >= block.start && start + byteLength <= block.start + block.byteLength;
}

function planned(address: string, type: string, row: number): PlannedPoint {
  const [scalar, length] = type.replace(']', '').split('[');
  const dataType = { scalar: scalar as 'float32', ...(length && { arrayLength: Number(length) }) };
  return { row, type: dataType, address: parseAddress(address, dataType) };
}
