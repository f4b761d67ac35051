import { GatewayError, statusCodes, toGatewayError, ValueColumns } from '@fieldwarden/core';
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
  /** Kept between scans; undefined while a read fills it. */
  columns: ValueColumns | undefined;
  /** For subscriptions. */
  pump: UpdatePump | undefined;
  subscription: Subscription | undefined;
}

export class ServedPlans {
  readonly #session: DriverSession;
  readonly #byId = new Map<number, ServedPlan>();

  constructor(session: DriverSession) {
    this.#session = session;
  }

  prepare({ plan: id, purpose, deviceId, points, last }: PreparePlanMessage): void {
    let served = this.#byId.get(id);
    if (!served || served.complete) {
      served = {
        deviceId,
        points: [],
        complete: false,
        plan: undefined,
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
    this.#byId.get(id)?.pump?.end();
    this.#byId.delete(id);
  }

  pumps(): UpdatePump[] {
    return [...this.#byId.values()].flatMap(({ pump }) => pump ?? []);
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
