import { areas, type Area, type Span } from './area.js';

interface Stretch {
  readonly start: number;
  end: number;
}

/** Which addresses are taken, to be asked again and again. */
export class SpanSet {
  /** Per area stretches that do not touch, by start. */
  readonly #stretches: ReadonlyMap<Area, readonly Stretch[]>;

  constructor(spans: readonly Span[]) {
    this.#stretches = new Map(areas.map((area) => [area, stretchesOf(spans.filter((span) => span.area === area))]));
  }

  /** True when they have at least one address in common. */
  touches({ area, start, count }: Span): boolean {
    const stretches = this.#stretches.get(area)!;
    let [low, high] = [0, stretches.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (stretches[middle].end <= start) low = middle + 1;
      else high = middle;
    }
    return low < stretches.length && stretches[low].start < start + count;
  }
}

function stretchesOf(spans: readonly Span[]): readonly Stretch[] {
  const stretches: Stretch[] = [];
  for (const { start, count } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = stretches.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, start + count);
    else stretches.push({ start, end: start + count });
  }
  return stretches;
}
