import { statusCodes, type Logger, type ValueColumns } from '@fieldwarden/core';
import { describeSpan, type Span } from '../address/area.js';

/** More than any unit has; then all are said anew rather than kept. */
const maxReported = 1000;

interface DecodedPoint extends Span {
  readonly row: number;
}

/** Says why a value could not be decoded, which columns have no room for: once, and again when it had been Good meanwhile. */
export class DecodingReports {
  readonly #logger: Logger;
  readonly #unitId: number;
  /** Rows are of different plans; the first register of a point is not. */
  readonly #reported = new Set<string>();

  constructor(unitId: number, logger: Logger) {
    this.#unitId = unitId;
    this.#logger = logger;
  }

  /** `data`: the registers of a read that begins at `start`, just decoded into `into`. */
  check(points: readonly DecodedPoint[], data: Buffer, start: number, into: ValueColumns): void {
    for (const point of points) {
      const what = describeSpan(point);
      if (into.statuses[point.row] !== statusCodes.BadDecodingError) this.#reported.delete(what);
      else if (!this.#reported.has(what)) this.#report(what, data, point, start);
    }
  }

  /** Should they be asked for again, what they hold is said again. */
  forget(points: readonly Span[]): void {
    for (const point of points) this.#reported.delete(describeSpan(point));
  }

  #report(what: string, data: Buffer, point: DecodedPoint, start: number): void {
    const offset = 2 * (point.start - start);
    const hex = data.toString('hex', offset, offset + 2 * point.count);
    if (this.#reported.size >= maxReported) this.#reported.clear();
    this.#reported.add(what);
    this.#logger.warn(
      `${what} of unit ${this.#unitId} holds 0x${hex}, which is no binary coded decimal: digits go to 9; is it BCD, and is the byte order right?`,
      { code: 'MODBUS_NOT_BCD' },
    );
  }
}
