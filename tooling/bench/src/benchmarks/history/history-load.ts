import { columnsOver, rowBytes, type RowBatch } from '@fieldwarden/history';

/** How tags of a plant behave: 40 % noise, 30 % one decimal, 10 % counters, 10 % rare bools, 10 % set points; a bool or set point tells its changes only. */
export function valueOf(tag: number, round: number): number | undefined {
  const noise = Math.sin((tag * 7_919 + round) * 12.9898) * 43_758.5453;
  const chance = noise - Math.floor(noise);
  switch (tag % 10) {
    case 0: case 1: case 2: case 3:
      return Math.fround(20 + chance);
    case 4: case 5: case 6:
      return Math.fround(Math.round(500 + 100 * Math.sin(round / 60 + tag) + 10 * chance) / 10);
    case 7:
      return round;
    case 8:
      return chance < 0.01 || round === 0 ? round % 2 : undefined;
    default:
      return chance < 0.002 || round === 0 ? 50 + (round % 7) : undefined;
  }
} // prettier-ignore

/** One round of all tags, as one poll of each brings it. */
export function roundOf(tags: number, round: number, atMs: number): RowBatch {
  const columns = columnsOver(new ArrayBuffer(tags * rowBytes), tags);
  let count = 0;
  for (let tag = 1; tag <= tags; tag += 1) {
    const value = valueOf(tag, round);
    if (value === undefined) continue;
    columns.tags[count] = tag;
    columns.values[count] = value;
    columns.timesMs[count] = atMs;
    columns.statuses[count] = 0;
    count += 1;
  }
  return { ...columns, count, objects: new Map() };
}
