import { delay, GatewayError, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { PlanDescription, Point, ReadPlan, SessionMember } from '@fieldwarden/driver';
import { runningSession, unsupported, type SessionSlot } from './calls/session-calls.js';

export interface SessionInvokerDependencies {
  readonly driverId: string;
  readonly session: Readonly<SessionSlot>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** SPEC §6.4. */
const reinitializeTimeoutMs = 10_000;

/** It may have to wait for calls under way to devices that go. */
const setDevicesTimeoutMs = 10_000;

/** Describing a plan asks no device, but a Host it may have to. */
const describePlanTimeoutMs = 10_000;

/**
 * The one road to what a session does as a whole, as `DeviceInvoker` is to what it does with a device. These are no exchanges:
 * no pipeline stands before them, none is repeated, none counts towards demotion. But each ends in time, and whatever a driver
 * throws arrives as a GatewayError or, where nobody could do anything about it, as a line in the log.
 */
export class SessionInvoker {
  readonly #deps: SessionInvokerDependencies;

  constructor(deps: SessionInvokerDependencies) {
    this.#deps = deps;
  }

  /** The running session has this member. False while none runs. */
  supports(member: SessionMember): boolean {
    return this.#deps.session.current?.[member] !== undefined;
  }

  /** A session runs, and does not have this member. */
  lacks(member: SessionMember): boolean {
    const session = this.#deps.session.current;
    return session !== undefined && session[member] === undefined;
  }

  /** Synchronous and pure. Throws kind `unsupported` for a driver that cannot be polled, `host-lost` while none runs. */
  prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    const session = runningSession(this.#deps.session, this.#deps.driverId);
    if (!session.prepareRead) throw unsupported('prepareRead');
    try {
      return session.prepareRead(deviceId, points);
    } catch (error) {
      throw toGatewayError(error, 'DRIVER_PLAN_FAILED');
    }
  }

  /** Nobody will use the plan any more, and no read of it is under way. Never throws; a plan of another session concerns nobody. */
  releaseRead(plan: ReadPlan): void {
    try {
      this.#deps.session.current?.releaseRead?.(plan);
    } catch (error) {
      this.#deps.logger.warn(`the driver could not let go of a plan: ${toGatewayError(error).message}`);
    }
  }

  /** Settles within 10 s; rejects with kind `unsupported` when the driver has no plans to show. */
  async describePlan(plan: ReadPlan): Promise<PlanDescription> {
    const session = runningSession(this.#deps.session, this.#deps.driverId);
    if (!session.describePlan) throw unsupported('describePlan');
    return await this.#inTime('describePlan', () => session.describePlan!(plan), describePlanTimeoutMs);
  }

  /**
   * Gives the session other devices while it runs (SPEC §7.5). Settles within 10 s; rejects with kind `unsupported` when the driver
   * takes none, and with whatever it throws, after which everything is as it was.
   */
  async setDevices(devices: readonly { readonly id: string; readonly options: unknown }[]): Promise<void> {
    const session = runningSession(this.#deps.session, this.#deps.driverId);
    if (!session.setDevices) throw unsupported('setDevices');
    await this.#inTime('setDevices', () => session.setDevices!(devices), setDevicesTimeoutMs);
  }

  /** Drops and remakes the connections of the session (SPEC §6.4). False if the driver cannot, or did not within 10 s. Never rejects. */
  async reinitialize(): Promise<boolean> {
    const session = this.#deps.session.current;
    if (!session?.reinitialize) return false;
    try {
      await this.#inTime('reinitialize', () => session.reinitialize!(), reinitializeTimeoutMs);
      return true;
    } catch (error) {
      this.#deps.logger.warn(`the driver could not begin anew: ${toGatewayError(error).message}`);
      return false;
    }
  }

  /** Bytes that the session says it holds; null when it cannot tell, or none runs. */
  memoryFootprint(): number | null {
    try {
      return this.#deps.session.current?.memoryFootprint?.() ?? null;
    } catch (error) {
      this.#deps.logger.warn(`the driver could not tell its memory: ${toGatewayError(error).message}`);
      return null;
    }
  }

  /** Has the session give back memory that is only there for speed. */
  flushOptionalCaches(): void {
    try {
      this.#deps.session.current?.flushOptionalCaches?.();
    } catch (error) {
      this.#deps.logger.warn(`the driver could not flush its caches: ${toGatewayError(error).message}`);
    }
  }

  async #inTime<T>(member: SessionMember, ask: () => T | Promise<T>, timeoutMs: number): Promise<T> {
    const answered = new AbortController();
    const late = delay(this.#deps.clock, timeoutMs, answered.signal).then(() => {
      throw new GatewayError({
        code: 'CALL_TIMEOUT',
        kind: 'timeout',
        message: `${member}: no answer within ${timeoutMs} ms`,
      });
    });
    late.catch(() => undefined); // it is also the end of a wait that nobody needs any more
    try {
      return await Promise.race([ask(), late]);
    } catch (error) {
      throw toGatewayError(error);
    } finally {
      answered.abort(new Error('answered'));
    }
  }
}
