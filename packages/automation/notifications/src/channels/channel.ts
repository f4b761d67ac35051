import type { Notification } from '../message/notification.js';

/** A way to people. */
export interface Channel {
  /**
   * Resolves when the other side has taken it. Rejects with a `SendFailure`. `to`: mail addresses in place of the channel's own. Ends within
   * the time that the channel has for a message.
   */
  send(notification: Notification, to: readonly string[] | null): Promise<void>;
}

/**
 * What became of what was not taken: `not-sent`, and another attempt may go better · `refused`: it would be again · `unknown`: it was sent
 * and no answer came, so that the other side may have it.
 */
export type SendOutcome = 'not-sent' | 'refused' | 'unknown';

export class SendFailure extends Error {
  override readonly name = 'SendFailure';
  readonly outcome: SendOutcome;

  /** `message`: what it was, in words that follow a channel's name. */
  constructor(outcome: SendOutcome, message: string, options?: ErrorOptions) {
    super(message, options);
    this.outcome = outcome;
  }
}
