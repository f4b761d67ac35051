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

/** A write whose device confirmed it, or of which nobody knows what became: `answer` says which. */
export interface UnprovenWrite {
  readonly item: WriteItem;
  readonly answer: WriteAnswer;
}

/**
 * `verify: true`: what the device confirmed only counts when it also shows it, and what is unclear is settled by what it shows. One read
 * for all; one answer per write. Nothing is written again.
 */
export async function readBack(
  invoker: DeviceInvoker,
  writes: readonly UnprovenWrite[],
  correlationId: string,
): Promise<readonly WriteAnswer[]> {
  const seen = new ValueColumns(writes.length);
  try {
    const plan = invoker.prepareRead(writes.map(({ item }) => item.point));
    await invoker.read(plan, seen, correlationId).finally(() => invoker.releaseRead(plan));
  } catch (thrown) {
    const { status, message } = toGatewayError(thrown);
    return writes.map((write) => notReadBack(write, status, message));
  }
  return writes.map((write, row) => {
    const status = seen.statuses[row];
    if (isBad(status)) return notReadBack(write, status, `${write.item.point.path} reads ${statusName(status)}`);
    return compared(write, seen.objects?.get(row) ?? seen.values[row]);
  });
}

/** What is not known stays unknown, for its own reason. */
function notReadBack({ answer }: UnprovenWrite, status: number, why: string): WriteAnswer {
  const message = `${soFar(answer)}, but reading back failed: ${why}`;
  return { outcome: 'unknown', status: answer.outcome === 'done' ? status : answer.status, message };
}

function compared({ item: { point, value }, answer }: UnprovenWrite, seen: TagValue): WriteAnswer {
  const isConfirmed = answer.outcome === 'done';
  if (!sameValue(point.type.scalar, value, seen)) {
    const message = `${soFar(answer)}, but it shows ${String(seen)} when read back`;
    return { outcome: 'rejected', status: statusCodes.BadDeviceFailure, message };
  }
  const proven = { outcome: 'done', status: statusCodes.Good } as const;
  return isConfirmed ? proven : { ...proven, message: `${soFar(answer)}, and it shows the value when read back` };
}

function soFar({ outcome, message }: WriteAnswer): string {
  if (outcome === 'done') return 'the device confirmed';
  return `the device did not confirm${message === undefined ? '' : ` (${message})`}`;
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
