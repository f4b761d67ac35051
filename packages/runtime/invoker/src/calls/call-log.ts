import type { Clock, GatewayError, LogFields, Logger } from '@fieldwarden/core';
import type { CallContext, Capability } from '@fieldwarden/driver';

/** How often one failure of one capability is worth a warning. */
const warnEveryMs = 60_000;

/** Failures that are told apart; of further ones the oldest is forgotten. */
const maxKnownFailures = 64;

interface KnownFailure {
  readonly warnedAtMs: number;
  /** Since that warning. */
  repeated: number;
}

/**
 * One line for each call of a capability (SPEC §12.2), with device, capability, correlationId, durationMs and result (`ok` or the
 * error's code); driverId and driverType are bound to the logger. Calls go at debug, and nothing is built for them while nobody
 * reads debug lines. A failure goes at warn, but a dead device must not flood the log: the same failure of the same capability
 * warns once a minute, with the number of those in between, which are debug lines.
 */
export class CallLog {
  readonly #deviceId: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #failures = new Map<string, KnownFailure>();

  constructor(deviceId: string, logger: Logger, clock: Clock) {
    this.#deviceId = deviceId;
    this.#logger = logger;
    this.#clock = clock;
  }

  settled(call: CallContext, capability: Capability, durationMs: number, error: GatewayError | undefined): void {
    if (error) return this.#failed(call, capability, durationMs, error);
    if (!this.#logger.enabled('debug')) return;
    this.#logger.debug(`${capability} done`, this.#fields(call, capability, durationMs, 'ok'));
  }

  #failed(call: CallContext, capability: Capability, durationMs: number, error: GatewayError): void {
    const repeated = this.#worthWarning(`${capability} ${identityOf(error)}`);
    const level = repeated === undefined ? 'debug' : 'warn';
    if (!this.#logger.enabled(level)) return;
    const fields = { ...this.#fields(call, capability, durationMs, error.code), kind: error.kind };
    this.#logger[level](`${capability} failed: ${error.message}`, repeated ? { ...fields, repeated } : fields);
  }

  #fields(call: CallContext, capability: Capability, durationMs: number, result: string): LogFields {
    return {
      device: this.#deviceId,
      capability,
      correlationId: call.correlationId,
      durationMs: Math.round(durationMs * 1_000) / 1_000,
      result,
    };
  }

  /** How often it came since the last warning; undefined if it must wait for the next one. */
  #worthWarning(key: string): number | undefined {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#failures.get(key);
    if (known && nowMs - known.warnedAtMs < warnEveryMs) {
      known.repeated += 1;
      return undefined;
    }
    this.#failures.delete(key);
    if (this.#failures.size >= maxKnownFailures) this.#failures.delete(this.#failures.keys().next().value!);
    this.#failures.set(key, { warnedAtMs: nowMs, repeated: 0 });
    return known?.repeated ?? 0;
  }
}

/** Two bugs have one code (`UNEXPECTED`): one must not hide the other. */
function identityOf({ kind, code, message }: GatewayError): string {
  return kind === 'bug' ? `${code} ${message}` : code;
}
