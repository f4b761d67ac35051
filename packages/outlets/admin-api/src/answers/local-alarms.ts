import type { AlarmList } from '@fieldwarden/admin-contract';
import { unknownAlarm, type AlarmBook } from '@fieldwarden/alarms';
import { statusName, type Logger } from '@fieldwarden/core';
import { originFields, type Origin } from '@fieldwarden/gateway-contract';
import type { DriverInstance } from '@fieldwarden/instances';
import type { AlarmControl, SeenAlarm } from '../control/alarm-control.js';
import type { ActOutcome } from '../control/device-control.js';
import { runningDevice } from './devices/running-device.js';

/** Rows of one answer; those beyond are less urgent. */
const maxRows = 10_000;

export interface LocalAlarmsDependencies {
  readonly instances: ReadonlyMap<string, DriverInstance>;
  readonly book: AlarmBook;
  readonly logger: Logger;
}

/** The book of alarms as the Admin API sees it. */
export class LocalAlarms implements AlarmControl {
  readonly #deps: LocalAlarmsDependencies;

  constructor(deps: LocalAlarmsDependencies) {
    this.#deps = deps;
  }

  list(): AlarmList {
    const { book } = this.#deps;
    const alarms = book.list();
    const { lost, leftOut } = book;
    return {
      schema: 'fieldwarden/alarms@1',
      alarms: alarms.slice(0, maxRows),
      total: alarms.length,
      lost,
      leftOut,
    };
  }

  async acknowledge(alarm: SeenAlarm, origin: Origin): Promise<ActOutcome> {
    const { driverId, device, conditionId } = alarm;
    const outcome =
      driverId === null || device === null
        ? await this.#enter(alarm, origin.principal.name)
        : await this.#tellDevice(driverId, device, alarm, origin.correlationId);
    const fields = { driverId, device, capability: 'acknowledge', status: outcome.status, ...originFields(origin) };
    this.#deps.logger.info(`acknowledging alarm ${conditionId}: ${outcome.outcome}`, fields);
    return outcome;
  }

  /** Answered when it would outlive the gateway. */
  async #enter(alarm: SeenAlarm, by: string): Promise<ActOutcome> {
    const { book } = this.#deps;
    const { outcome, status } = book.acknowledge(alarm, by);
    await book.kept();
    return { outcome, status, ...(outcome === 'done' && { confirmedBy: 'gateway' }) };
  }

  async #tellDevice(
    driverId: string,
    device: string,
    { conditionId, eventId, comment }: SeenAlarm,
    correlationId: string,
  ): Promise<ActOutcome> {
    const { instance, invoker } = runningDevice(this.#deps.instances, driverId, device);
    const known = instance.alarms.find(device, conditionId);
    if (!known) throw unknownAlarm(conditionId);
    const item = { conditionId, eventId: eventId ?? known.event.eventId, comment };
    const [{ outcome, status, message }] = await invoker.acknowledge([item], correlationId);
    return {
      outcome,
      status: statusName(status),
      ...(outcome === 'done' && { confirmedBy: 'device' }),
      ...(message !== undefined && { message }),
    };
  }
}
