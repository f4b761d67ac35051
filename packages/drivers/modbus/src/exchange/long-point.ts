import { dataBytesOf, type CompiledRead } from '../plan/compiled-read.js';

/** Puts together the data of a point that is longer than a read may be. */
export class LongPoint {
  #assembly: Buffer | undefined;

  /** The data as they are to be decoded: at once, or with the last part of a point. */
  add(read: CompiledRead, data: Buffer): Buffer | undefined {
    if (!read.part) return data;
    const [point] = read.points;
    if (read.part.isFirst) this.#assembly = Buffer.alloc(dataBytesOf(point));
    const assembly = this.#assembly!;
    data.copy(assembly, dataBytesOf({ area: read.area, count: read.start - point.start }));
    return read.part.isLast ? assembly : undefined;
  }
}
