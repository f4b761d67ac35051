import { isGatewayError, type GatewayError } from '@fieldwarden/core';
import type { ItemAnswer } from '../line/nodes7-client.js';
import type { ReadBlock, ReadItem } from './plan.js';

/** A block as it came back: its bytes, the return code of the part that failed, or why the job of a part has no answer. */
export interface BlockAnswer {
  readonly block: ReadBlock;
  readonly answer: ItemAnswer | GatewayError;
  readonly atMs: number;
}

/** Puts the answers of a block's items together again; most blocks have one. */
export class BlockAssembler {
  readonly answers: BlockAnswer[] = [];
  #parts: Buffer[] = [];
  #failure: number | GatewayError | undefined;

  /** Items come in the order of their blocks, the parts of a block one after the other. */
  add({ block, start, byteLength }: ReadItem, answer: ItemAnswer | GatewayError, atMs: number): void {
    if (typeof answer === 'number' || isGatewayError(answer)) this.#failure ??= answer;
    else this.#parts.push(answer);
    if (!isLastPart(block, start, byteLength)) return;
    const whole = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.answers.push({ block, answer: this.#failure ?? whole, atMs });
    this.#parts = [];
    this.#failure = undefined;
  }
}

function isLastPart(block: ReadBlock, start: number, byteLength: number): boolean {
  const isNumbered = block.area === 'T' || block.area === 'C';
  return isNumbered ? (start - block.start + 1) * 2 === block.byteLength : start + byteLength === block.start + block.byteLength; // prettier-ignore
}
