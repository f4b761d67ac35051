import {
  isBad,
  statusCodes,
  statusName,
  toGatewayError,
  ValueColumns,
  type ScalarType,
  type TagValue,
} from '@fieldwarden/core';
import type { WriteItem } from '@fieldwarden/driver';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import type { WriteAnswer } from '@fieldwarden/gateway-contract';

/** `verify: true`: what the device confirmed only counts when it also shows it. One read for all items; one answer per item. */
export async function readBack(
  invoker: DeviceInvoker,
  items: readonly WriteItem[],
  correlationId: string,
): Promise<readonly WriteAnswer[]> {
  const seen = new ValueColumns(items.length);
  try {
    const plan = invoker.prepareRead(items.map(({ point }) => point));
    await invoker.read(plan, seen, correlationId).finally(() => invoker.releaseRead(plan));
  } catch (thrown) {
    const { status, message } = toGatewayError(thrown);
    return items.map(() => notReadBack(status, message));
  }
  return items.map((item, row) => {
    const status = seen.statuses[row];
    if (isBad(status)) return notReadBack(status, `${item.point.path} reads ${statusName(status)}`);
    return compared(item, seen.objects?.get(row) ?? seen.values[row]);
  });
}

function notReadBack(status: number, why: string): WriteAnswer {
  return { outcome: 'unknown', status, message: `the device confirmed, but reading back failed: ${why}` };
}

function compared({ point, value }: WriteItem, seen: TagValue): WriteAnswer {
  if (sameValue(point.type.scalar, value, seen)) return { outcome: 'done', status: statusCodes.Good };
  return {
    outcome: 'rejected',
    status: statusCodes.BadDeviceFailure,
    message: `the device confirmed, but shows ${String(seen)} when read back`,
  };
}

function sameValue(scalar: ScalarType, written: TagValue, seen: TagValue): boolean {
  if (scalar === 'float32' && typeof written === 'number' && typeof seen === 'number') {
    return Object.is(Math.fround(written), Math.fround(seen));
  }
  if (typeof written === 'boolean') return written === Boolean(seen);
  if (Array.isArray(written) && Array.isArray(seen)) {
    return (
      written.length === seen.length &&
      written.every((element, i) => sameValue(scalar, element as TagValue, (seen as readonly TagValue[])[i]))
    );
  }
  if (written instanceof Uint8Array && seen instanceof Uint8Array) return Buffer.compare(written, seen) === 0;
  return written === seen;
}
