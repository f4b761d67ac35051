import { GatewayError, toGatewayError } from '@fieldwarden/core';
import type { CallContext, DriverSession, WriteItem, WriteResult } from '@fieldwarden/driver';
import { unsupported } from './session-calls.js';

/**
 * The attempts at one write, seen together. When one of them was sent and not answered, what a later one met says nothing about
 * that one: short of `done`, the outcome stays `unknown`.
 */
export class WriteAttempts {
  readonly #deviceId: string;
  readonly #items: readonly WriteItem[];
  #mayHaveActed = false;

  constructor(deviceId: string, items: readonly WriteItem[]) {
    this.#deviceId = deviceId;
    this.#items = items;
  }

  async next(session: DriverSession, call: CallContext): Promise<readonly WriteResult[]> {
    if (!session.write) throw unsupported('write');
    const earlier = this.#mayHaveActed;
    try {
      const results = await session.write(this.#deviceId, this.#items, call);
      return earlier ? results.map(asUnknown) : results;
    } catch (thrown) {
      this.#mayHaveActed ||= toGatewayError(thrown).writeOutcome === 'unknown';
      throw thrown;
    }
  }

  /** By which the write as a whole is to be rejected. */
  truthful(error: GatewayError): GatewayError {
    if (!this.#mayHaveActed || error.writeOutcome === 'unknown') return error;
    const { code, kind, status } = error;
    const message = `${error.message}; an earlier attempt was sent and not answered`;
    return new GatewayError({ code, kind, status, message, cause: error, writeOutcome: 'unknown' });
  }
}

function asUnknown(result: WriteResult): WriteResult {
  return result.outcome === 'done' ? result : { ...result, outcome: 'unknown' };
}
