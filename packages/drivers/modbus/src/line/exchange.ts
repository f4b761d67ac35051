import type { GatewayError } from '@fieldwarden/core';
import type { QueueItem } from './fair-queue.js';
import type { PduClient, PduResult } from './pdu-client.js';

/** `more`: another request follows · `hold`: the same, and nobody else may come between · an error: the answer is nonsense. */
export type AfterReply = 'done' | 'more' | 'hold' | GatewayError;

/** One call of a capability on its way over the line: one or several requests to one unit, one after the other. */
export interface Exchange extends QueueItem {
  readonly isProbe: boolean;
  /** Whoever called has been answered; replies that still come concern nobody. */
  readonly isSettled: boolean;
  /** Nothing has to be asked: `finish` settles it with what is known already. */
  readonly hasNothingToSend: boolean;
  finish(): void;
  /** Encodes the next request. Called when it is its turn; exactly one of the following three is called afterwards. */
  sendNext(client: PduClient): void;
  onReply(result: PduResult): AfterReply;
  onException(exceptionCode: number): AfterReply;
  /**
   * Only of exchanges with unit 0, which nobody answers: called in place of the three, once the request is on its way. Others may go
   * only when the units had time to carry it out.
   */
  onBroadcast?(): AfterReply;
  /** Ends the exchange. `wasSent`: the request that is out may have reached the device. */
  fail(error: GatewayError, wasSent: boolean): void;
}
