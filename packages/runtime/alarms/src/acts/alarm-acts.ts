import { GatewayError, type Logger } from '@fieldwarden/core';
import { demand, originFields, type Alarm, type Origin } from '@fieldwarden/gateway-contract';
import type { AlarmActName, AlarmActRequest } from '@fieldwarden/service';
import { unknownAlarm, type AlarmBook } from '../alarm-book.js';

/** What became of an act; nothing is claimed that is not known. */
export interface AlarmActOutcome {
  readonly outcome: 'done' | 'rejected' | 'not-sent' | 'unknown';
  /** Name of an OPC UA status code. */
  readonly status: string;
  /** Who says so, where it is done. */
  readonly confirmedBy?: 'device' | 'gateway';
  readonly message?: string;
}

/** What a device is told. */
export interface DeviceAcknowledgement {
  readonly driverId: string;
  readonly device: string;
  readonly conditionId: string;
  readonly eventId: string;
  readonly comment: string;
}

export interface AlarmActsDependencies {
  readonly book: AlarmBook;
  /** Resolves when the device has answered; never repeated. Rejects as a write does. */
  readonly tellDevice: (seen: DeviceAcknowledgement, correlationId: string) => Promise<AlarmActOutcome>;
  readonly logger: Logger;
}

/** Longer notes are refused before they come here. */
const maxNoteLength = 1_024;

/** What people do about alarms, by whatever way they come (SPEC §18.5): who may, what has to be said, who keeps the alarm. */
export class AlarmActs {
  readonly #deps: AlarmActsDependencies;

  constructor(deps: AlarmActsDependencies) {
    this.#deps = deps;
  }

  /**
   * Resolves when the outcome is known, and on the disk. Rejects with `ALARM_UNKNOWN`, `ALARM_NOTE_REQUIRED` (kind `config`), `ALARM_ACT`
   * (kind `rejected`), kind `forbidden`, or as a write does.
   */
  async act(request: AlarmActRequest, origin: Origin): Promise<AlarmActOutcome> {
    const { act, driverId, device, conditionId } = request;
    const alarm = this.#deps.book.find(request);
    if (!alarm) throw unknownAlarm(conditionId);
    demand(origin.principal, 'acknowledge', placeOf(alarm));
    const said = { ...request, comment: request.comment.trim().slice(0, maxNoteLength) };
    demandNote(said, alarm, origin);
    const outcome = await this.#carryOut(said, alarm, origin);
    const fields = { driverId, device, capability: 'acknowledge', status: outcome.status, ...originFields(origin) };
    this.#deps.logger.info(`${words[act]} alarm ${conditionId}: ${outcome.outcome}`, fields);
    return outcome;
  }

  async #carryOut(request: AlarmActRequest, alarm: Alarm, origin: Origin): Promise<AlarmActOutcome> {
    const { book, tellDevice } = this.#deps;
    const { act, eventId, comment } = request;
    const { driverId, device, conditionId } = alarm;
    const by = origin.principal.name;
    if (driverId !== null && device !== null) {
      if (act === 'acknowledge') {
        const seen = { driverId, device, conditionId, eventId: eventId ?? alarm.eventId, comment };
        return await tellDevice(seen, origin.correlationId);
      }
      if (act !== 'comment') throw notOfDevices(act, conditionId);
      book.remark(request, { by, note: comment });
      await book.kept();
      return { outcome: 'done', status: 'Good', confirmedBy: 'gateway' };
    }
    const { outcome, status } = book.act(request, by);
    await book.kept();
    return { outcome, status, ...(outcome === 'done' && { confirmedBy: 'gateway' }) };
  }
}

const words: Readonly<Record<AlarmActName, string>> = {
  acknowledge: 'acknowledging',
  confirm: 'confirming',
  comment: 'commenting on',
  shelve: 'shelving',
  'shelve-once': 'shelving once',
  unshelve: 'unshelving',
  enable: 'enabling',
  disable: 'disabling',
  'out-of-service': 'taking out of service',
  'in-service': 'taking back into service',
  reset: 'resetting',
};

/** Acts that keep others from seeing an alarm: they need a reason that those others can read. */
const actsWithReason: ReadonlySet<AlarmActName> = new Set<AlarmActName>([
  'shelve',
  'shelve-once',
  'disable',
  'out-of-service',
  'comment',
]);

/** Methods of OPC UA 10000-9 1.04 that have no place for a comment. */
const withoutComment: ReadonlySet<AlarmActName> = new Set<AlarmActName>([
  'shelve',
  'shelve-once',
  'disable',
  'out-of-service',
]);

function demandNote({ act, comment }: AlarmActRequest, { conditionId, noteRequired }: Alarm, { via }: Origin): void {
  if (comment !== '') return;
  const isOfClass = act === 'acknowledge' && noteRequired;
  const isOfAct = actsWithReason.has(act) && !(via === 'opcua' && withoutComment.has(act));
  if (!isOfClass && !isOfAct) return;
  const message = `${words[act]} ${conditionId} takes a note: what was seen, or why`;
  throw new GatewayError({ code: 'ALARM_NOTE_REQUIRED', kind: 'config', message, writeOutcome: 'not-sent' });
}

function notOfDevices(act: AlarmActName, conditionId: string): GatewayError {
  const message = `${words[act]} ${conditionId} is for the device that reports it; from here it can be acknowledged and commented on`;
  return new GatewayError({ code: 'ALARM_ACT', kind: 'rejected', message, writeOutcome: 'not-sent' });
}

/** What areas of grants are about: the tag, else something within the area. */
function placeOf({ driverId, device, source, area, conditionId }: Alarm): string | undefined {
  const isOfPlant = driverId === null && device === null && source !== '';
  if (isOfPlant) return source;
  return area === null ? undefined : `${area}/${conditionId}`;
}
