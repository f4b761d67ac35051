import type { ActOutcome, AlarmControl, SeenAlarm, WriteRequestOrigin } from '@fieldwarden/admin-api';
import type { AlarmList, AlarmRow } from '@fieldwarden/admin-contract';
import { statusName, type Logger } from '@fieldwarden/core';
import { alarmRow, type DriverInstance } from '@fieldwarden/instances';
import { runningDevice } from '../admin/devices/running-device.js';
import { unknownAlarm, type GatewayAlarms } from './gateway-alarms.js';

/** Rows of one answer; those beyond are less urgent. */
const maxRows = 10_000;

export interface LocalAlarmsParts {
  readonly instances: ReadonlyMap<string, DriverInstance>;
  readonly gateway: GatewayAlarms;
  readonly logger: Logger;
}

/** The alarms of all devices and of the gateway, in one list. */
export class LocalAlarms implements AlarmControl {
  readonly #parts: LocalAlarmsParts;

  constructor(parts: LocalAlarmsParts) {
    this.#parts = parts;
  }

  list(): AlarmList {
    const { gateway } = this.#parts;
    const instances = [...this.#parts.instances.values()];
    const ofDevices = instances.flatMap(({ id, alarms }) => alarms.alarms.map((alarm) => alarmRow(id, alarm)));
    const all = [...gateway.rows, ...ofDevices].sort(byUrgency);
    return {
      schema: 'fieldwarden/alarms@1',
      alarms: all.slice(0, maxRows),
      total: all.length,
      lost: instances.reduce((sum, { alarms }) => sum + alarms.lost, 0),
      leftOut: instances.reduce((sum, { alarms }) => sum + alarms.leftOut, gateway.leftOut),
    };
  }

  async acknowledge(alarm: SeenAlarm, origin: WriteRequestOrigin): Promise<ActOutcome> {
    const { driverId, device, conditionId } = alarm;
    const outcome =
      driverId === null || device === null
        ? this.#parts.gateway.acknowledge(alarm)
        : await this.#tellDevice(driverId, device, alarm, origin.correlationId);
    const fields = { driverId, device, capability: 'acknowledge', status: outcome.status, ...origin };
    this.#parts.logger.info(`acknowledging alarm ${conditionId}: ${outcome.outcome}`, fields);
    return outcome;
  }

  async #tellDevice(
    driverId: string,
    device: string,
    { conditionId, eventId, comment }: SeenAlarm,
    correlationId: string,
  ): Promise<ActOutcome> {
    const { instance, invoker } = runningDevice(this.#parts.instances, driverId, device);
    const known = instance.alarms.find(device, conditionId);
    if (!known) throw unknownAlarm(conditionId);
    const item = { conditionId, eventId: eventId ?? known.event.eventId, comment };
    const [{ outcome, status, message }] = await invoker.acknowledge([item], correlationId);
    return { outcome, status: statusName(status), ...(message !== undefined && { message }) };
  }
}

/** Then the newest. */
function byUrgency(a: AlarmRow, b: AlarmRow): number {
  return b.severity - a.severity || (a.at < b.at ? 1 : a.at > b.at ? -1 : 0);
}
