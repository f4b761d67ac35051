import type { TextPadding } from '@fieldwarden/codec';
import { isGatewayError, statusCodes, type GatewayError, type TagValue, type WriteOutcome } from '@fieldwarden/core';
import type { WriteItem, WriteResult } from '@fieldwarden/driver';
import { padded, parseAddress, type S7Address } from '../address/address.js';
import { encodeValue, RefusedValue } from '../values/encode.js';
import { explainItem, itemDone } from '../line/explain.js';
import { placeOf, type WriteJob, type WriteJobItem } from './plan.js';
import type { StringWrite } from './string-headers.js';

interface ItemState {
  /** Parts of the item that the CPU has confirmed. */
  confirmed: number;
  /** Infinity until the jobs are packed. */
  parts: number;
  /** What is known before the CPU confirmed all parts. */
  result: WriteResult | undefined;
}

const done: WriteResult = { outcome: 'done', status: statusCodes.Good };
const unconfirmed: WriteResult = { outcome: 'unknown', status: statusCodes.BadUnexpectedError };

/** The items of one write call on their way: what to send, and what became of each. */
export class WriteBatch {
  /** In the order of the items. */
  #parts: readonly WriteJobItem[];
  readonly #strings: StringWrite[] = [];
  readonly #states: ItemState[] = [];

  readonly #stringPadding: TextPadding;

  constructor(items: readonly WriteItem[], stringPadding: TextPadding) {
    this.#stringPadding = stringPadding;
    this.#parts = items.flatMap((item, index) => this.#partsOf(item, index));
  }

  /** What is to be sent, in the order of the items. */
  get parts(): readonly WriteJobItem[] {
    return this.#parts;
  }

  /** The texts among it that go into variables with a maximum length of their own. */
  get strings(): readonly StringWrite[] {
    return this.#strings;
  }

  /** Nothing of the item is sent. */
  refuse(index: number, result: WriteResult): void {
    this.#parts = this.#parts.filter((part) => part.index !== index);
    this.#states[index].result ??= result;
  }

  /** Only now is it known how many parts an item has: packing may have cut it. */
  expect(jobs: readonly WriteJob[]): void {
    for (const state of this.#states) state.parts = 0;
    for (const { index } of jobs.flatMap(({ items }) => items)) this.#states[index].parts++;
  }

  answered(job: WriteJob, codes: readonly number[]): void {
    job.items.forEach((item, i) => {
      const state = this.#states[item.index];
      if (codes[i] === itemDone) state.confirmed++;
      else state.result ??= refusedBy(codes[i], item);
    });
  }

  /** `failed` went wrong with `error`, which tells its outcome; what comes after it stays unsent. */
  failed(failed: WriteJob | undefined, error: GatewayError): void {
    const tried = new Set(failed?.items.map(({ index }) => index));
    for (const [index, state] of this.#states.entries()) {
      if (state.result || state.confirmed === state.parts) continue;
      const outcome = tried.has(index) ? error.writeOutcome : 'not-sent';
      // what is in the CPU in part is neither sent nor unsent
      state.result = resultOf(error, outcome === 'not-sent' && state.confirmed > 0 ? 'unknown' : outcome);
    }
  }

  results(): readonly WriteResult[] {
    return this.#states.map(({ result, confirmed, parts }) => {
      if (!result) return confirmed === parts ? done : unconfirmed;
      if (result.outcome !== 'rejected' || confirmed === 0) return result;
      return { ...result, message: `${result.message}; a part of the value was written` };
    });
  }

  #partsOf({ point, value }: WriteItem, index: number): readonly WriteJobItem[] {
    const state: ItemState = { confirmed: 0, parts: Infinity, result: undefined };
    this.#states.push(state);
    try {
      const address = padded(parseAddress(point.address, point.type), this.#stringPadding);
      const encoded = encodeValue(address, value);
      if (!(encoded instanceof RefusedValue)) {
        this.#strings.push(...stringsOf(address, value, index));
        return encoded.map((part) => ({ ...part, area: address.area, db: address.db, index }));
      }
      state.result = { outcome: 'not-sent', status: encoded.status, message: `${point.address}: ${encoded.message}` };
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      state.result = { outcome: 'not-sent', status: error.status, message: error.message };
    }
    return [];
  }
}

function stringsOf(address: S7Address, value: TagValue, index: number): readonly StringWrite[] {
  const { area, db, encoding, start, elementBytes } = address;
  if (encoding !== 'string' && encoding !== 'wstring') return [];
  const texts = (Array.isArray(value) ? value : [value]) as readonly string[];
  return texts.map(({ length }, i) => ({ index, area, db, start: start + i * elementBytes, encoding, length }));
}

function refusedBy(code: number, { area, db, start, data }: WriteJobItem): WriteResult {
  return { outcome: 'rejected', ...explainItem(code, placeOf(area, db, start, data.length), db) };
}

function resultOf({ status, message }: GatewayError, outcome: WriteOutcome): WriteResult {
  return { outcome, status, message };
}
