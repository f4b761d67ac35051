import type { EdgeDefinitions, EdgeMetric } from '@fieldwarden/sparkplug';
import type { TagSource } from '@fieldwarden/service';

/** Id of a device below the node: two drivers may each have a device `plc`. Neither id holds a colon, and MQTT reserves the slash. */
export function edgeDeviceId(driverId: string, deviceId: string): string {
  return `${driverId}:${deviceId}`;
}

/** Every published tag as a metric named by its path: below its device or the service that brings it, or of the node where it has neither. */
export function plantMetrics(
  tags: TagSource,
  isPublished: (path: string) => boolean,
  isOnline: (device: string) => boolean,
): EdgeDefinitions {
  const metrics: EdgeMetric[] = [];
  const devices = new Map<string, EdgeMetric[]>();
  for (const [path, handle] of tags.entries()) {
    const definition = tags.definition(handle);
    if (!definition || definition.publish === false || !isPublished(path)) continue;
    const { type, access, driverId, deviceId, serviceId } = definition;
    const metric: EdgeMetric = { handle, name: path, type, isWritable: access !== 'read-only' };
    if (serviceId !== undefined) metricsOf(devices, serviceId).push(metric);
    else if (driverId === null || deviceId === null) metrics.push(metric);
    else metricsOf(devices, edgeDeviceId(driverId, deviceId)).push(metric);
  }
  return { metrics, devices: Array.from(devices, ([id, list]) => ({ id, isOnline: isOnline(id), metrics: list })) };
}

export function handlesOf({ metrics, devices }: EdgeDefinitions): Set<number> {
  return new Set([...metrics, ...devices.flatMap((device) => device.metrics)].map(({ handle }) => handle));
}

function metricsOf(devices: Map<string, EdgeMetric[]>, id: string): EdgeMetric[] {
  let list = devices.get(id);
  if (!list) devices.set(id, (list = []));
  return list;
}
