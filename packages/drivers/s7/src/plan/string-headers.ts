import { statusCodes } from '@fieldwarden/core';
import type { WriteResult } from '@fieldwarden/driver';
import type { S7Area } from '../address/address.js';
import { maxStringLength, maxWideStringLength } from '../address/element-types.js';
import { explainItem } from '../line/explain.js';
import type { ItemAnswer } from '../line/nodes7-client.js';
import { placeOf, type ReadBlock } from './plan.js';

/** A text on its way into one STRING or WSTRING of the PLC. */
export interface StringWrite {
  /** Which item of the call it belongs to. */
  readonly index: number;
  readonly area: S7Area;
  readonly db: number;
  /** First byte of the variable: of its header. */
  readonly start: number;
  readonly encoding: 'string' | 'wstring';
  /** Characters of the text; UTF-16 units in a WSTRING. */
  readonly length: number;
}

/**
 * The maximum lengths that strings have in the PLC. The plan may say STRING[20] where the block has STRING[8]: a text of 15 characters
 * would then run into the next variable. So the first byte (of a WSTRING the first two), where the PLC program keeps the maximum, is read
 * before the first write to a variable, and remembered for as long as the connection lives.
 */
export class StringHeaders {
  readonly #maxima = new Map<string, number>();
  /** Return codes of those that could not be read the last time. */
  readonly #failures = new Map<string, number>();

  /** What has to be read before these can be judged; each variable once. An empty text fits everywhere. */
  unknownOf(writes: readonly StringWrite[]): readonly ReadBlock[] {
    const unknown = new Map<string, ReadBlock>();
    for (const write of writes) {
      const { area, db, start } = write;
      if (write.length === 0 || this.#maxima.has(keyOf(write))) continue;
      unknown.set(keyOf(write), { area, db, start, byteLength: headerBytes[write.encoding], points: [] });
    }
    return [...unknown.values()];
  }

  learn({ area, db, start, byteLength }: ReadBlock, header: ItemAnswer): void {
    const key = keyOf({ area, db, start, encoding: byteLength === 1 ? 'string' : 'wstring' });
    if (typeof header === 'number') this.#failures.set(key, header);
    else this.#maxima.set(key, header.readUIntBE(0, byteLength));
  }

  /** Why this text is not sent; undefined if it fits. */
  refusalOf(write: StringWrite): WriteResult | undefined {
    if (write.length === 0) return undefined;
    const place = placeOf(write.area, write.db, write.start, headerBytes[write.encoding]);
    const max = this.#maxima.get(keyOf(write));
    if (max === undefined) {
      const { status, message } = explainItem(this.#failures.get(keyOf(write)) ?? 0, place, write.db);
      return { outcome: 'not-sent', status, message: `its maximum length could not be read: ${message}` };
    }
    const kind = write.encoding.toUpperCase();
    if (max > longest[write.encoding]) {
      const message = `${place} holds ${max}, which is no maximum length: there is no ${kind} at this address`;
      return { outcome: 'not-sent', status: statusCodes.BadTypeMismatch, message };
    }
    if (write.length <= max) return undefined;
    const remedy =
      max === 0
        ? 'it is not initialised; give it a maximum length in the PLC program'
        : 'what is longer would overwrite what follows it';
    const message = `${write.length} characters do not fit: the ${kind} at ${place} says that it holds ${max}; ${remedy}`;
    return { outcome: 'not-sent', status: statusCodes.BadOutOfRange, message };
  }
}

const headerBytes = { string: 1, wstring: 2 } as const;
const longest = { string: maxStringLength, wstring: maxWideStringLength } as const;

function keyOf({ area, db, start, encoding }: Omit<StringWrite, 'index' | 'length'>): string {
  return `${area} ${db} ${start} ${encoding}`;
}
