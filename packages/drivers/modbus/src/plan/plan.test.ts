import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areas, areaTraits, type Span } from '../address/area.js';
import {
  gapOf,
  planReads,
  splitRead,
  type KnownRefusals,
  type PlanLimits,
  type PlannedRead,
  type PlanPoint,
} from './plan.js';

const limits: PlanLimits = { maxGap: 16, maxRegisters: 125, maxBits: 2000 };

function registers(...spans: [start: number, count: number][]): PlanPoint[] {
  return spans.map(([start, count], row) => ({ area: 'holding-register', start, count, row }));
}

function shapes(reads: readonly PlannedRead[]): [number, number][] {
  return reads.map(({ start, count }) => [start, count]);
}

const anyPoint = fc.record({
  area: fc.constantFrom(...areas),
  start: fc.nat(600),
  count: fc.integer({ min: 1, max: 40 }),
});
const anyPoints = fc.array(anyPoint, { maxLength: 60 }).map((spans) => spans.map((span, row) => ({ ...span, row })));
const anyLimits: fc.Arbitrary<PlanLimits> = fc.record({
  maxGap: fc.nat(20),
  maxRegisters: fc.integer({ min: 1, max: 125 }),
  maxBits: fc.integer({ min: 8, max: 300 }),
  bitAlignment: fc.constantFrom(1, 8, 16),
});
const anyHoles = fc.array(
  fc.record({ area: fc.constantFrom(...areas), start: fc.nat(600), count: fc.integer({ min: 1, max: 3 }) }),
  { maxLength: 8 },
);

function knowing(holes: readonly Span[]): KnownRefusals {
  return { refuses: (span) => holes.some((hole) => covers(span, hole)), learnedMax: () => undefined };
}

function covers(outer: Span, inner: Span): boolean {
  return (
    outer.area === inner.area && outer.start <= inner.start && inner.start + inner.count <= outer.start + outer.count
  );
}

describe('planReads (§9.1)', () => {
  it('merges neighbouring registers up to the protocol limit', () => {
    const points = registers(...Array.from({ length: 126 }, (_, i): [number, number] => [i, 1]));
    expect(shapes(planReads(points, limits).reads)).toEqual([
      [0, 125],
      [125, 1],
    ]);
  });

  it('reads across a gap of maxGap, but not of one more', () => {
    expect(shapes(planReads(registers([0, 1], [17, 1]), limits).reads)).toEqual([[0, 18]]);
    expect(shapes(planReads(registers([0, 1], [18, 1]), limits).reads)).toHaveLength(2);
  });

  it('keeps areas apart', () => {
    const points: PlanPoint[] = areas.map((area, row) => ({ area, start: 0, count: 1, row }));
    expect(planReads(points, limits).reads.map(({ area }) => area)).toEqual([...areas]);
  });

  it('never tears a value of several registers', () => {
    const points = registers(...Array.from({ length: 70 }, (_, i): [number, number] => [2 * i, 2]));
    for (const { start, count, part } of planReads(points, limits).reads) {
      expect(part).toBeUndefined();
      expect([start % 2, count % 2]).toEqual([0, 0]);
    }
  });

  it('reads a point that is longer than a read in parts', () => {
    const { reads } = planReads(registers([10, 300]), limits);
    expect(shapes(reads)).toEqual([
      [10, 125],
      [135, 125],
      [260, 50],
    ]);
    expect(reads.map(({ part }) => [part?.isFirst, part?.isLast])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  it('does not read across a hole, and leaves out a point that lies on it', () => {
    const known = knowing([{ area: 'holding-register', start: 5, count: 2 }]);
    const { reads, missing } = planReads(registers([0, 2], [4, 4], [5, 1], [9, 1]), limits, known);
    expect(missing.map(({ row }) => row)).toEqual([1]);
    // register 5 alone has never been refused: only 5 and 6 together
    expect(shapes(reads)).toEqual([
      [0, 6],
      [9, 1],
    ]);
  });

  it('stays below a length that was refused', () => {
    const known: KnownRefusals = { refuses: () => false, learnedMax: () => 10 };
    const points = registers(...Array.from({ length: 20 }, (_, i): [number, number] => [i, 1]));
    expect(shapes(planReads(points, limits, known).reads)).toEqual([
      [0, 10],
      [10, 10],
    ]);
  });

  it('begins reads of bits at a multiple of bitAlignment, and leaves registers alone', () => {
    const points: PlanPoint[] = (['coil', 'holding-register'] as const).flatMap((area, i) => [
      { area, start: 21, count: 1, row: 2 * i },
      { area, start: 90, count: 3, row: 2 * i + 1 },
    ]);
    const { reads } = planReads(points, { ...limits, bitAlignment: 16 });
    expect(shapes(reads)).toEqual([
      [16, 6],
      [80, 13],
      [21, 1],
      [90, 3],
    ]);
    expect(gapOf(reads[1])).toBe(10);
    expect(shapes(splitRead({ ...reads[0], points: points.slice(0, 2) }, 16)!)).toEqual([
      [16, 6],
      [80, 13],
    ]);
  });

  it('begins where the point begins when the unit refuses what lies before it', () => {
    const known = knowing([{ area: 'coil', start: 17, count: 1 }]);
    const points: PlanPoint[] = [{ area: 'coil', start: 21, count: 1, row: 0 }];
    expect(shapes(planReads(points, { ...limits, bitAlignment: 8 }, known).reads)).toEqual([[21, 1]]);
  });

  it('covers every point exactly once, within all limits, whatever the points', () => {
    fc.assert(
      fc.property(anyPoints, anyLimits, anyHoles, (points, someLimits, holes) => {
        const known = knowing(holes);
        const { reads, missing } = planReads(points, someLimits, known);
        const whole = reads.filter(({ part }) => !part).flatMap((read) => read.points);
        const long = reads.filter(({ part }) => part?.isFirst).flatMap((read) => read.points);
        const rows = [...whole, ...long, ...missing].map(({ row }) => row).sort((a, b) => a - b);
        expect(rows).toEqual(points.map(({ row }) => row));
        for (const read of reads) checkRead(read, someLimits, known);
        for (const point of long)
          checkParts(
            reads.filter((read) => read.part && read.points[0] === point),
            point,
          );
        for (const point of missing) expect(known.refuses(point)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

function checkRead(
  read: PlannedRead,
  { maxGap, maxRegisters, maxBits, bitAlignment = 1 }: PlanLimits,
  known: KnownRefusals,
): void {
  const isBits = areaTraits[read.area].holds === 'bits';
  const max = isBits ? maxBits : maxRegisters;
  expect(read.count).toBeLessThanOrEqual(max);
  if (read.part) return;
  expect(known.refuses(read)).toBe(false);
  for (const point of read.points) expect(covers(read, point)).toBe(true);
  const asked = new Set(read.points.flatMap(({ start, count }) => Array.from({ length: count }, (_, i) => start + i)));
  expect(gapOf(read)).toBe(read.count - asked.size);
  let gap = 0;
  const [{ start: first }] = read.points;
  expect(first - read.start).toBeLessThan(isBits ? bitAlignment : 1);
  for (let address = first; address < read.start + read.count; address++) {
    gap = asked.has(address) ? 0 : gap + 1;
    expect(gap).toBeLessThanOrEqual(maxGap);
  }
  expect(asked.has(read.start + read.count - 1)).toBe(true);
}

function checkParts(parts: readonly PlannedRead[], { start, count }: PlanPoint): void {
  let next = start;
  for (const part of parts) {
    expect(part.start).toBe(next);
    next += part.count;
  }
  expect(next).toBe(start + count);
}

describe('splitRead (§9.1)', () => {
  it('halves at the points and trims off the gap between', () => {
    const [read] = planReads(registers([0, 1], [10, 2]), limits).reads;
    expect(shapes(splitRead(read)!)).toEqual([
      [0, 1],
      [10, 2],
    ]);
  });

  it('ends at single addresses, with no point lost', () => {
    fc.assert(
      fc.property(anyPoints, (points) => {
        const rows: number[] = [];
        const pending = [...planReads(points, limits).reads];
        for (let read = pending.pop(); read; read = pending.pop()) {
          const halves = splitRead(read);
          if (halves) pending.push(...halves);
          else rows.push(...new Set(read.points.map(({ row }) => row)));
          if (!halves) expect(new Set(read.points.map(({ start }) => start)).size).toBe(1);
        }
        expect([...new Set(rows)].sort((a, b) => a - b)).toEqual(points.map(({ row }) => row));
      }),
    );
  });
});
