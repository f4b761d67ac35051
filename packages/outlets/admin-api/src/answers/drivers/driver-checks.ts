import type { BrowsedNode, BrowsedPage, DeviceTest } from '@fieldwarden/admin-contract';
import { formatDataType, GatewayError, toGatewayError } from '@fieldwarden/core';
import type { Capability, DiscoveredNode, DiscoverQuery } from '@fieldwarden/driver';
import type { DriverInstance } from '@fieldwarden/instances';
import type { DeviceInvoker, SessionInvoker } from '@fieldwarden/invoker';

/** As much of a driver as it takes to ask its devices. */
export interface AskedDriver extends Pick<DriverInstance, 'id' | 'state'> {
  readonly services: Pick<SessionInvoker, 'lacks'>;
  readonly devices: readonly { readonly id: string; readonly invoker: Pick<DeviceInvoker, 'probe' | 'discover'> }[];
}

/** Probes all devices at once, the demoted ones too. `nowMs` is monotonic. */
export async function testDevices(
  driver: AskedDriver,
  correlationId: string,
  nowMs: () => number,
): Promise<readonly DeviceTest[]> {
  refuseUnless(driver, 'probe', 'PROBE_UNSUPPORTED', 'has no cheap exchange that proves that a device answers');
  return await Promise.all(
    driver.devices.map(async ({ id, invoker }) => {
      const startedMs = nowMs();
      const error = await failureOf(invoker.probe(correlationId));
      return { device: id, ok: error === null, durationMs: Math.round((nowMs() - startedMs) * 1000) / 1000, error };
    }),
  );
}

/** One page of what the device offers: under a node, or found by a text. */
export async function browseDevice(
  driver: AskedDriver,
  deviceId: string,
  query: DiscoverQuery,
  correlationId: string,
): Promise<BrowsedPage> {
  refuseUnless(driver, 'discover', 'BROWSE_UNSUPPORTED', 'cannot tell what its devices offer');
  const device = driver.devices.find(({ id }) => id === deviceId);
  if (!device) throw refusal('DEVICE_UNKNOWN', 'config', `driver ${driver.id} has no device ${deviceId}`);
  const { nodes, nextCursor } = await device.invoker.discover(query, correlationId);
  return { nodes: nodes.map(browsedNode), nextCursor: nextCursor ?? null };
}

function browsedNode({ address, name, type, writable, hasChildren }: DiscoveredNode): BrowsedNode {
  return { address, name, dataType: type ? formatDataType(type) : null, writable: writable ?? null, hasChildren };
}

async function failureOf(done: Promise<void>): Promise<DeviceTest['error']> {
  try {
    await done;
    return null;
  } catch (thrown) {
    const { code, kind, message } = toGatewayError(thrown);
    return { code, kind, message };
  }
}

/** A driver that is not ready yet, or has lost its Host, passes: its devices say so one by one. */
function refuseUnless({ id, state, services }: AskedDriver, capability: Capability, code: string, why: string): void {
  if (state === 'Stopped') throw refusal('DRIVER_STOPPED', 'config', `driver ${id} is stopped`);
  if (services.lacks(capability)) throw refusal(code, 'unsupported', `driver ${id} ${why}`);
}

function refusal(code: string, kind: GatewayError['kind'], message: string): GatewayError {
  return new GatewayError({ code, kind, message });
}
