import { GatewayError, statusCodes } from '@fieldwarden/core';
import type { WriteResult } from '@fieldwarden/driver';
import type { WritePlan } from '../plan/write-plan.js';

const done: WriteResult = { outcome: 'done', status: statusCodes.Good };

interface ItemState {
  /** Steps that have to be confirmed still. */
  openSteps: number;
  confirmedSteps: number;
  error: GatewayError | undefined;
}

/** What became of each item of one write, step by step. */
export class WriteOutcomes {
  readonly #items: readonly ItemState[];

  /** Of `count` items that this plan writes. */
  constructor(count: number, { steps, refused }: WritePlan) {
    this.#items = Array.from({ length: count }, () => ({ openSteps: 0, confirmedSteps: 0, error: undefined }));
    for (const [item, error] of refused) this.fail([item], error);
    for (const { items } of steps) for (const item of items) this.#items[item].openSteps++;
  }

  confirm(items: readonly number[]): void {
    for (const item of items) {
      this.#items[item].openSteps--;
      this.#items[item].confirmedSteps++;
    }
  }

  hasFailed(item: number): boolean {
    return this.#items[item].error !== undefined;
  }

  /** The first error of an item stands. */
  fail(items: readonly number[], error: GatewayError): void {
    for (const item of items) this.#items[item].error ??= this.#isPartlyDone(item) ? partly(error) : error;
  }

  /** All items that are neither done nor failed. */
  failRest(error: GatewayError): void {
    const open = this.#items.flatMap((state, item) => (state.openSteps > 0 && !state.error ? [item] : []));
    this.fail(open, error);
  }

  /**
   * The error to throw when nothing was done and every item ended the same way for a reason that lies with the connection or
   * the whole device; undefined when the results tell more.
   */
  commonError(): GatewayError | undefined {
    const [first] = this.#items;
    if (first?.error === undefined || first.error.kind === 'rejected' || first.error.kind === 'config')
      return undefined;
    const { kind, writeOutcome } = first.error;
    const isCommon = this.#items.every(({ error }) => error?.kind === kind && error.writeOutcome === writeOutcome);
    return isCommon ? first.error : undefined;
  }

  results(): WriteResult[] {
    return this.#items.map(({ error }) => (error === undefined ? done : resultOf(error)));
  }

  #isPartlyDone(item: number): boolean {
    return this.#items[item].confirmedSteps > 0;
  }
}

function resultOf({ writeOutcome, status, message }: GatewayError): WriteResult {
  return { outcome: writeOutcome, status, message };
}

function partly(error: GatewayError): GatewayError {
  const message = `${error.message}; the first part of the value had been written already`;
  return withOutcome(error, 'unknown', message);
}

export function withOutcome(
  { code, kind, status, message, cause }: GatewayError,
  writeOutcome: GatewayError['writeOutcome'],
  otherMessage = message,
): GatewayError {
  return new GatewayError({ code, kind, status, message: otherMessage, cause, writeOutcome });
}
