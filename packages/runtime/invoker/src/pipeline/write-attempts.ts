import { GatewayError, isBad, toGatewayError, type WriteOutcome } from '@fieldwarden/core';
import type { CallContext, DriverSession, WriteItem, WriteResult } from '@fieldwarden/driver';
import { unsupported } from '../calls/session-calls.js';

/**
 * The attempts at one write, seen together. When one of them was sent and not answered, what a later one met says nothing about
 * that one: short of `done`, the outcome stays `unknown`. And what the device has turned down once was sent.
 */
export class WriteAttempts {
  readonly #deviceId: string;
  readonly #items: readonly WriteItem[];
  #known: WriteOutcome = 'not-sent';

  constructor(deviceId: string, items: readonly WriteItem[]) {
    this.#deviceId = deviceId;
    this.#items = items;
  }

  async next(session: DriverSession, call: CallContext): Promise<readonly WriteResult[]> {
    if (!session.write) throw unsupported('write');
    try {
      const results = await session.write(this.#deviceId, this.#items, call);
      if (this.#known === 'not-sent') return results;
      return results.map((result) => ({ ...result, outcome: farther(this.#known, result.outcome) }));
    } catch (thrown) {
      this.#known = farther(this.#known, toGatewayError(thrown).writeOutcome);
      throw thrown;
    }
  }

  /** By which the write as a whole is to be rejected. */
  truthful(error: GatewayError): GatewayError {
    const writeOutcome = farther(this.#known, error.writeOutcome);
    if (writeOutcome === error.writeOutcome) return error;
    const { code, kind, status } = error;
    const message = `${error.message}; an earlier attempt was ${writeOutcome === 'unknown' ? 'sent and not answered' : 'turned down by the device'}`;
    return new GatewayError({ code, kind, status, message, cause: error, writeOutcome });
  }
}

/** The device left a value without the answer that it owed. To a broadcast nobody owes one: `unknown`, with a status that is not Bad. */
export function isUnanswered({ outcome, status }: Pick<WriteResult, 'outcome' | 'status'>): boolean {
  return outcome === 'unknown' && isBad(status);
}

/** A device that left one item of several without an answer has failed, whatever became of the others. Takes whatever a driver gives. */
export function unansweredIn(results: unknown): GatewayError | undefined {
  if (!Array.isArray(results)) return undefined;
  const unanswered = (results as readonly (WriteResult | undefined)[]).find(
    (result) => result !== undefined && isUnanswered(result),
  );
  if (!unanswered) return undefined;
  const { status, message = 'a value was sent and not answered' } = unanswered;
  return new GatewayError({ code: 'WRITE_UNANSWERED', kind: 'timeout', status, message });
}

/** By how much each outcome leaves open, or tells, that the device has the value. */
const reach: Readonly<Record<WriteOutcome, number>> = { 'not-sent': 0, rejected: 1, unknown: 2, done: 3 };

function farther(one: WriteOutcome, other: WriteOutcome): WriteOutcome {
  return reach[one] > reach[other] ? one : other;
}
