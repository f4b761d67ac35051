import type { GatewayError } from '@fieldwarden/core';
import type { QueueItem } from './fair-queue.js';
import type { PduClient, PduResult } from './pdu-client.js';

/** `more`: another request follows · `hold`: the same, and nobody else may come between · an error: the answer is nonsense. */
export type AfterReply = 'done' | 'more' | 'hold' | GatewayError;

/** How a request was lost. */
export interface Loss {
  /** It may have reached the device. */
  readonly wasSent: boolean;
  /** The device closed a connection on which it had answered: it may well have done so before it saw this request. */
  readonly closedAfterAnswer: boolean;
}

/** One call of a capability on its way over the line: one or several requests to one unit, one after the other. */
export interface Exchange extends QueueItem {
  readonly isProbe: boolean;
  /** Whoever called has been answered; replies that still come concern nobody. */
  readonly isSettled: boolean;
  /** Nothing has to be asked: `finish` settles it with what is known already. */
  readonly hasNothingToSend: boolean;
  finish(): void;
  /** Encodes the next request. Called when it is its turn; exactly one of the following is called afterwards. */
  sendNext(client: PduClient): void;
  onReply(result: PduResult): AfterReply;
  onException(exceptionCode: number): AfterReply;
  /**
   * Only of exchanges with unit 0, which nobody answers: called in place of the three, once the request is on its way. Others may go
   * only when the units had time to carry it out.
   */
  onBroadcast?(): AfterReply;
  /**
   * The request that is out has no answer, or none that fits, and never will: its connection is given up where that is needed.
   * `more`: the exchange goes on with something else, in its turn · `again`: it sends this request again, as the first one of the
   * next connection · `done`: it has ended.
   */
  onUnanswered(error: GatewayError, loss: Loss): 'done' | 'more' | 'again';
  /** Ends the exchange. `wasSent`: the request that is out may have reached the device. */
  fail(error: GatewayError, wasSent: boolean): void;
}
