/**
 * What fits into one S7 job. The PDU size that was negotiated bounds the request and the answer, headers included; the protocol
 * itself bounds the number of items.
 */

/** Jobs with more items are refused by every CPU, whatever the PDU holds. */
export const maxItemsPerJob = 20;

/** Read request: S7 header 10, function and count 2, 12 for each item. */
const requestOverhead = 12;
const itemSpecBytes = 12;
/** Read answer: S7 header 12, function and count 2, 4 before each item's bytes. */
const replyOverhead = 14;
const itemHeaderBytes = 4;

/** Most bytes that one item of a read may ask for. */
export function maxReadItemBytes(pduBytes: number): number {
  return even(pduBytes - replyOverhead - itemHeaderBytes - 1);
}

/** Most bytes that one item of a write may carry. */
export function maxWriteItemBytes(pduBytes: number): number {
  return even(pduBytes - requestOverhead - itemSpecBytes - itemHeaderBytes - 1);
}

/** Adds up one job while it is being filled. */
export class JobSize {
  readonly #pduBytes: number;
  #items = 0;
  #requestBytes = requestOverhead;
  #replyBytes = replyOverhead;

  constructor(pduBytes: number) {
    this.#pduBytes = pduBytes;
  }

  /** True, and counted, if an item that is read still fits. */
  addRead(byteLength: number): boolean {
    return this.#add(itemSpecBytes, itemHeaderBytes + even(byteLength));
  }

  /** True, and counted, if an item that is written still fits. */
  addWrite(byteLength: number): boolean {
    return this.#add(itemSpecBytes + itemHeaderBytes + even(byteLength), 1);
  }

  #add(requestBytes: number, replyBytes: number): boolean {
    const fits =
      this.#items < maxItemsPerJob &&
      this.#requestBytes + requestBytes <= this.#pduBytes &&
      this.#replyBytes + replyBytes <= this.#pduBytes;
    if (!fits) return false;
    this.#items++;
    this.#requestBytes += requestBytes;
    this.#replyBytes += replyBytes;
    return true;
  }
}

/** Odd lengths are padded on the wire. */
function even(byteLength: number): number {
  return byteLength + (byteLength & 1);
}
