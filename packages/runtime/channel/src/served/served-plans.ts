import { GatewayError, statusCodes, toGatewayError, ValueColumns, type Logger } from '@fieldwarden/core';
import type { DriverSession, Point, ReadPlan, Subscription } from '@fieldwarden/driver';
import { protocolError } from '../wire/channel-error.js';
import type { PreparePlanMessage } from '../messages.js';
import type { UpdatePump } from './update-pump.js';

/** Points that the Supervisor named by a number, and what the session made of them. */
export interface ServedPlan {
  readonly deviceId: string;
  readonly points: Point[];
  complete: boolean;
  /** For reads: the session's own plan, or why it could not make one. */
  plan: ReadPlan | GatewayError | undefined;
  /** Reads of it that are under way. */
  reads: number;
  /** Nobody holds it any more: the session hears of it after the last read. */
  isDropped: boolean;
  /** Kept between scans; undefined while a read fills it. */
  columns: ValueColumns | undefined;
  /** For subscriptions. */
  pump: UpdatePump | undefined;
  subscription: Subscription | undefined;
}

export class ServedPlans {
  readonly #session: DriverSession;
  readonly #logger: Logger;
  readonly #byId = new Map<number, ServedPlan>();

  constructor(session: DriverSession, logger: Logger) {
    this.#session = session;
    this.#logger = logger;
  }

  prepare({ plan: id, purpose, deviceId, points, last }: PreparePlanMessage): void {
    let served = this.#byId.get(id);
    if (!served || served.complete) {
      served = {
        deviceId,
        points: [],
        complete: false,
        plan: undefined,
        reads: 0,
        isDropped: false,
        columns: undefined,
        pump: undefined,
        subscription: undefined,
      };
      this.#byId.set(id, served);
    }
    for (const point of points) served.points.push(point);
    if (!last) return;
    served.complete = true;
    if (purpose === 'read') served.plan = this.#planRead(served);
  }

  /** Throws kind `protocol` for a number that was never prepared, or was dropped. */
  get(id: number): ServedPlan {
    const served = this.#byId.get(id);
    if (!served?.complete) throw protocolError(`plan ${id} was not prepared`);
    return served;
  }

  find(id: number): ServedPlan | undefined {
    return this.#byId.get(id);
  }

  drop(id: number): void {
    const served = this.#byId.get(id);
    if (!served) return;
    served.pump?.end();
    this.#byId.delete(id);
    served.isDropped = true;
    if (served.reads === 0) this.#release(served);
  }

  /** A read of the plan, which the session keeps at least as long. Throws why there is none. */
  async reading(served: ServedPlan, read: (plan: ReadPlan) => Promise<void>): Promise<void> {
    const plan = sessionPlan(served);
    served.reads += 1;
    try {
      await read(plan);
    } finally {
      served.reads -= 1;
      if (served.isDropped && served.reads === 0) this.#release(served);
    }
  }

  pumps(): UpdatePump[] {
    return [...this.#byId.values()].flatMap(({ pump }) => pump ?? []);
  }

  #release({ plan }: ServedPlan): void {
    if (!plan || plan instanceof GatewayError) return;
    try {
      this.#session.releaseRead?.(plan);
    } catch (error) {
      this.#logger.warn(`the driver could not let go of a plan: ${toGatewayError(error).message}`);
    }
  }

  #planRead({ deviceId, points }: ServedPlan): ReadPlan | GatewayError {
    try {
      return this.#session.prepareRead!(deviceId, points);
    } catch (error) {
      return toGatewayError(error, 'DRIVER_PLAN_FAILED');
    }
  }
}

/** The session's plan. Throws why there is none. */
export function sessionPlan({ plan }: ServedPlan): ReadPlan {
  if (plan instanceof GatewayError) throw plan;
  if (!plan) throw protocolError('a plan of a subscription was used for a read');
  return plan;
}

/** Columns that no other read is filling: the plan's own, or new ones while a read that was given up still goes on. */
export function borrowColumns(served: ServedPlan, nowMs: number): ValueColumns {
  const columns = served.columns ?? new ValueColumns(served.points.length);
  served.columns = undefined;
  columns.objects?.clear();
  // A row that the driver forgets must not show the value of the previous scan.
  columns.fillBad(statusCodes.BadNoData, nowMs);
  return columns;
}
