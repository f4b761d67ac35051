import { isGatewayError, messageOf, newCorrelationId, type Logger, type TagValue } from '@fieldwarden/core';
import type { Principal, WriteReply } from '@fieldwarden/gateway-contract';
import type { TagWriter } from '@fieldwarden/service';

export interface EdgeCommandsDependencies {
  readonly writer: TagWriter;
  /** In whose name commands are written: whom the broker lets publish them, nobody here knows. */
  readonly principal: Principal;
  readonly logger: Logger;
}

export interface EdgeWrite {
  readonly handle: number;
  readonly name: string;
  readonly value: TagValue;
}

/** Messages whose writes wait for devices at a time; further ones are refused. */
const mostWaiting = 100;

/** Writes of NCMD and DCMD by the ordinary road. Sparkplug knows no answer: the outcome is in audit, log and counters. */
export class EdgeCommands {
  readonly #deps: EdgeCommandsDependencies;
  /** One message after the other, in the order in which they came. */
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** The broker lets commands through. */
  isListening = false;
  readonly #counted = { done: 0, rejected: 0, 'not-sent': 0, unknown: 0 };

  constructor(deps: EdgeCommandsDependencies) {
    this.#deps = deps;
  }

  get counted(): Readonly<Record<string, number>> {
    return { ...this.#counted };
  }

  /** All values of one message. */
  write(writes: readonly EdgeWrite[]): void {
    if (this.#waiting >= mostWaiting) {
      for (const { name } of writes) this.refused(name, `${mostWaiting} commands wait for their devices already`);
      return;
    }
    this.#waiting += 1;
    this.#turn = this.#turn.then(() => this.#carryOut(writes));
  }

  /** Nothing was done for it. */
  refused(name: string, reason: string): void {
    this.#counted.rejected += 1;
    this.#deps.logger.warn(`a Sparkplug command for ${name} was not carried out: ${reason}`);
  }

  async idle(): Promise<void> {
    await this.#turn;
  }

  /** Never rejects. */
  async #carryOut(writes: readonly EdgeWrite[]): Promise<void> {
    const { writer, principal, logger } = this.#deps;
    try {
      const replies = await writer.writeMany(writes, { via: 'mqtt', principal, correlationId: newCorrelationId() });
      for (const [i, reply] of replies.entries()) this.#count(writes[i].name, reply);
    } catch (error) {
      this.#counted.unknown += writes.length;
      logger.error(`Sparkplug commands were lost on their way: ${messageOf(error)}`, { error });
    }
    this.#waiting -= 1;
  }

  #count(name: string, reply: WriteReply): void {
    const outcome = isGatewayError(reply) ? reply.writeOutcome : reply.outcome;
    this.#counted[outcome] += 1;
    if (outcome === 'done') return;
    this.#deps.logger.warn(`a Sparkplug command for ${name}: ${outcome}, ${reply.message ?? 'without a reason'}`);
  }
}
