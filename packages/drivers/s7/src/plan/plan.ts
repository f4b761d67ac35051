import type { DataType } from '@fieldwarden/core';
import type { S7Address, S7Area } from '../address/address.js';
import type { WirePart } from '../values/encode.js';
import { JobSize, maxReadItemBytes, maxWriteItemBytes } from './limits.js';

/** One row of a read plan. */
export interface PlannedPoint {
  readonly row: number;
  readonly address: S7Address;
  readonly type: DataType;
}

/** A contiguous stretch of one area that is read as a whole, and the points that live in it, by start. */
export interface ReadBlock {
  readonly area: S7Area;
  readonly db: number;
  readonly start: number;
  readonly byteLength: number;
  readonly points: readonly PlannedPoint[];
}

/** One item of a read job: a block, or a part of one that is too long for one item. */
export interface ReadItem {
  readonly block: ReadBlock;
  readonly start: number;
  readonly byteLength: number;
}

export interface ReadJob {
  readonly items: readonly ReadItem[];
}

export interface BlockLimits {
  readonly pduBytes: number;
  readonly maxGapBytes: number;
  /** True for a point that must begin a block, because a longer one across it failed. */
  readonly isCut?: (point: PlannedPoint) => boolean;
}

/** Points → blocks: neighbours in one area are read together, unless the hole between them or the whole is too long. */
export function planBlocks(points: readonly PlannedPoint[], limits: BlockLimits): readonly ReadBlock[] {
  const maxBytes = maxReadItemBytes(limits.pduBytes);
  const blocks: PlannedPoint[][] = [];
  let end = 0;
  let open: PlannedPoint[] | undefined;
  for (const point of points.toSorted(byPlace)) {
    const { start, byteLength } = point.address;
    const isNeighbour =
      open &&
      isMergeable(open[0], point) &&
      start - end <= limits.maxGapBytes &&
      !isCutOff(point, open.at(-1)!, limits);
    if (open && isNeighbour && Math.max(end, start + byteLength) - open[0].address.start <= maxBytes) {
      open.push(point);
      end = Math.max(end, start + byteLength);
    } else {
      blocks.push((open = [point]));
      end = start + byteLength;
    }
  }
  return blocks.map(blockOf);
}

function isCutOff(point: PlannedPoint, previous: PlannedPoint, { isCut }: BlockLimits): boolean {
  return isCut !== undefined && point.address.start !== previous.address.start && isCut(point);
}

/** The block that just holds these points, which lie in one area and are sorted by start. */
export function blockOf(points: readonly PlannedPoint[]): ReadBlock {
  const { area, db, start } = points[0].address;
  const end = Math.max(...points.map(({ address }) => address.start + address.byteLength));
  return { area, db, start, byteLength: end - start, points };
}

/** Two blocks with half of the points each; undefined when all points cover the same bytes. */
export function halves({ points }: ReadBlock): readonly [ReadBlock, ReadBlock] | undefined {
  const { start, byteLength } = points[0].address;
  const isSame = ({ address }: PlannedPoint): boolean => address.start === start && address.byteLength === byteLength;
  if (points.every(isSame)) return undefined;
  const middle = points.length >> 1;
  return [blockOf(points.slice(0, middle)), blockOf(points.slice(middle))];
}

/** Two blocks, cut where another address begins, near the middle; undefined when all points begin at the same one. */
export function parted({ points }: ReadBlock): readonly [ReadBlock, ReadBlock] | undefined {
  const middle = points.length >> 1;
  const begins = (at: number): boolean =>
    at > 0 && at < points.length && points[at].address.start !== points[at - 1].address.start;
  const places = Array.from({ length: middle + 1 }, (_, away) => [middle - away, middle + away]).flat();
  const at = places.find(begins);
  return at === undefined ? undefined : [blockOf(points.slice(0, at)), blockOf(points.slice(at))];
}

/**
 * Blocks → jobs, in their order, each as full as the PDU and the protocol allow. `isCut`: true for a block that must begin a job,
 * because a longer one across it failed.
 */
export function packReads(
  blocks: readonly ReadBlock[],
  pduBytes: number,
  isCut: (block: ReadBlock) => boolean = () => false,
): readonly ReadJob[] {
  const items = blocks.flatMap((block) => itemsOf(block, maxReadItemBytes(pduBytes)));
  const begins = ({ block, start }: ReadItem): boolean => start === block.start && isCut(block);
  return packed(items, pduBytes, (size, { byteLength }) => size.addRead(byteLength), begins).map((job) => ({
    items: job,
  }));
}

function itemsOf(block: ReadBlock, maxBytes: number): ReadItem[] {
  const { area, start, byteLength } = block;
  // timers and counters are asked for one by one
  if (area === 'T' || area === 'C') {
    return Array.from({ length: byteLength / 2 }, (_, i) => ({ block, start: start + i, byteLength: 2 }));
  }
  return chunked(byteLength, maxBytes).map(([at, length]) => ({ block, start: start + at, byteLength: length }));
}

/** One item of a write job. */
export interface WriteJobItem extends WirePart {
  readonly area: S7Area;
  readonly db: number;
  /** Which item of the call it belongs to. */
  readonly index: number;
}

export interface WriteJob {
  readonly items: readonly WriteJobItem[];
}

/** Parts → jobs, in their order. A part that is too long for one item becomes several. */
export function packWrites(parts: readonly WriteJobItem[], pduBytes: number): readonly WriteJob[] {
  const maxBytes = maxWriteItemBytes(pduBytes);
  const items = parts.flatMap((part) =>
    chunked(part.data.length, maxBytes).map(([at, length]) => ({
      ...part,
      start: part.start + at,
      data: part.data.subarray(at, at + length),
    })),
  );
  return packed(items, pduBytes, (size, { data }) => size.addWrite(data.length)).map((job) => ({ items: job }));
}

function packed<T>(
  items: readonly T[],
  pduBytes: number,
  add: (size: JobSize, item: T) => boolean,
  begins: (item: T) => boolean = () => false,
): T[][] {
  const jobs: T[][] = [];
  let size = new JobSize(pduBytes);
  for (const item of items) {
    if (jobs.length > 0 && !begins(item) && add(size, item)) {
      jobs.at(-1)!.push(item);
    } else {
      jobs.push([item]);
      size = new JobSize(pduBytes);
      add(size, item);
    }
  }
  return jobs;
}

/** [offset, length] pairs that cover `byteLength`. */
function chunked(byteLength: number, maxBytes: number): [at: number, length: number][] {
  const count = Math.ceil(byteLength / maxBytes);
  return Array.from({ length: count }, (_, i) => [i * maxBytes, Math.min(maxBytes, byteLength - i * maxBytes)]);
}

const areaOrder: Readonly<Record<S7Area, number>> = { DB: 0, M: 1, I: 2, Q: 3, P: 4, T: 5, C: 6 };

function byPlace({ address: a }: PlannedPoint, { address: b }: PlannedPoint): number {
  return areaOrder[a.area] - areaOrder[b.area] || a.db - b.db || a.start - b.start || b.byteLength - a.byteLength;
}

function isMergeable({ address: a }: PlannedPoint, { address: b }: PlannedPoint): boolean {
  return a.area === b.area && a.db === b.db && a.area !== 'T' && a.area !== 'C';
}

/** `DB1.DBB0..219`, `MB4`, `T5`. */
export function placeOf(area: S7Area, db: number, start: number, byteLength: number): string {
  if (area === 'T' || area === 'C') return `${area}${start}`;
  const prefix = area === 'DB' ? `DB${db}.DBB` : area === 'P' ? 'PIB' : `${area}B`;
  return byteLength === 1 ? `${prefix}${start}` : `${prefix}${start}..${start + byteLength - 1}`;
}

/** Bytes of the block that belong to no point. */
export function gapOf({ start, points, byteLength }: ReadBlock): number {
  let covered = 0;
  let end = start;
  for (const { address } of points) {
    const from = Math.max(end, address.start);
    const to = Math.max(from, address.start + address.byteLength);
    covered += to - from;
    end = to;
  }
  return byteLength - covered;
}
