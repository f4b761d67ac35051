import type { TagDetail, TagRow } from '@fieldwarden/admin-contract';
import { isBad, statusCodes } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { DriverInstance } from '@fieldwarden/instances';
import { reasonOfOwn, statusReason } from './status-reasons.js';

/** As long as a message of the book of alarms may be. */
const maxHintLength = 1_024;

export interface DetailedTag {
  readonly row: TagRow;
  readonly definition: TagDefinition;
  /** Undefined for tags that the gateway itself feeds. */
  readonly instance: DriverInstance | undefined;
  readonly site: string;
}

/** Everything that a person asks about one tag: where it lies, how it is read, and why it has no good value. */
export function tagDetail({ row, definition, instance, site }: DetailedTag): TagDetail {
  const { address, scanMs, limits, notAvailable, path } = definition;
  const bad = isBad(row.statusCode);
  return {
    ...row,
    address: definition.driverId === null ? address || null : address,
    scanMs: definition.driverId === null ? null : scanMs,
    limits: limits ? { min: limits.min ?? null, max: limits.max ?? null } : null,
    notAvailable: notAvailable ?? null,
    nodeId: `nsu=urn:fieldwarden:${site};s=${path}`,
    reason: bad ? reasonOf(row, definition, instance) : null,
    hint: (bad && instance && hintOf(row, definition, instance)) || null,
  };
}

function reasonOf(
  row: TagRow,
  { deviceId, serviceId, notAvailable }: TagDefinition,
  instance: DriverInstance | undefined,
): string {
  if (serviceId !== undefined) return reasonOfOwn(row.statusCode);
  const device = instance?.devices.find(({ id }) => id === deviceId);
  const status = device?.invoker.status;
  if (instance?.state === 'Stopped') return 'Its driver is stopped.';
  if (status && (status.state === 'demoted' || status.state === 'unreachable')) {
    const what = status.state === 'demoted' ? 'Its device is off scan' : 'Its device does not answer';
    return status.lastError ? `${what}: ${status.lastError.error.message}` : `${what}.`;
  }
  if (notAvailable && row.statusCode === statusCodes.BadSensorFailure)
    return `The device says that it has no value: it sends ${notAvailable.join(' or ')} (notAvailable).`;
  return statusReason(row.statusCode, row.dataType);
}

/** The driver knows its protocol best. A hint is no reason to fail: it may be a third party's. */
function hintOf(
  { statusCode }: TagRow,
  { address, rawType, deviceId }: TagDefinition,
  { definition, driver }: DriverInstance,
): string | undefined {
  const deviceOptions = driver.devices.find(({ id }) => id === deviceId)?.options;
  try {
    return definition.hint?.({ address, type: rawType, deviceOptions, status: statusCode })?.slice(0, maxHintLength);
  } catch {
    return undefined;
  }
}
