import type { Point } from '@fieldwarden/driver';

type Terms = Omit<Point, 'path' | 'address'>;

/** The points of a plan, kept as columns: nobody asks for them between two plans, and a device has thousands that differ in path and address only. */
export class PointColumns {
  readonly #paths: readonly string[];
  readonly #addresses: readonly string[];
  readonly #terms: readonly Terms[];

  constructor(points: readonly Point[]) {
    this.#paths = points.map(({ path }) => path);
    this.#addresses = points.map(({ address }) => address);
    let terms: Terms | undefined;
    this.#terms = points.map((point) => (terms = terms && hasTerms(point, terms) ? terms : termsOf(point)));
  }

  get size(): number {
    return this.#paths.length;
  }

  /** New objects. */
  toPoints(): Point[] {
    return this.#terms.map((terms, row) => ({ path: this.#paths[row], address: this.#addresses[row], ...terms }));
  }
}

function termsOf({ path: _, address: __, ...terms }: Point): Terms {
  return terms;
}

function hasTerms({ type, samplingIntervalMs, deadband }: Point, terms: Terms): boolean {
  return (
    type.scalar === terms.type.scalar &&
    type.arrayLength === terms.type.arrayLength &&
    samplingIntervalMs === terms.samplingIntervalMs &&
    deadband === terms.deadband
  );
}
