import type { TagHistory, TagRow, TagValueShape } from '@fieldwarden/admin-contract';
import { formatDataType, isBad, statusCodes, statusName, toJsonValue } from '@fieldwarden/core';
import type { TagSource } from '@fieldwarden/service';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import { isSystemTag, systemPrefix } from '@fieldwarden/tags';
import type { TagTrend } from '@fieldwarden/trends';

/** A tag's value as the Admin API shows it; undefined when the tag is gone. */
export function tagValueShape(store: TagSource, handle: number): TagValueShape | undefined {
  const definition = store.definition(handle);
  if (!definition) return undefined;
  const { value, status, sourceAtMs, serverAtMs } = store.read(handle);
  const never = status === statusCodes.BadWaitingForInitialData;
  return {
    path: definition.path,
    value: toJsonValue(value, definition.type.scalar),
    status: statusName(status),
    statusCode: status,
    sourceAt: never ? null : new Date(sourceAtMs).toISOString(),
    serverAt: new Date(serverAtMs).toISOString(),
  };
}

export function tagRow(store: TagSource, handle: number): TagRow | undefined {
  const definition = store.definition(handle);
  const value = tagValueShape(store, handle);
  if (!definition || !value) return undefined;
  return {
    ...value,
    driverId: definition.driverId,
    device: definition.deviceId,
    serviceId: definition.serviceId ?? null,
    dataType: formatDataType(definition.type),
    access: definition.access,
    unit: definition.unit ?? null,
    description: definition.description ?? null,
  };
}

/** Bad now. A tag in which the gateway tells about itself is Bad where there is no such value: only a list of those has it. */
export function isBadTag(store: TagSource, handle: number, prefix: string): boolean {
  if (!isBad(store.status(handle))) return false;
  const definition = store.definition(handle);
  return definition !== undefined && (!isSystemTag(definition) || prefix.startsWith(systemPrefix));
}

/** What memory keeps of a tag, as the Admin API shows it. */
export function tagHistory({ path, type }: TagDefinition, { keptFromMs, points }: TagTrend): TagHistory {
  return {
    schema: 'fieldwarden/tag-history@1',
    path,
    source: 'memory',
    keptFrom: new Date(keptFromMs).toISOString(),
    points: points.map(({ sourceAtMs, value, status }) => ({
      sourceAt: new Date(sourceAtMs).toISOString(),
      value: toJsonValue(value, type.scalar),
      status: statusName(status),
      statusCode: status,
    })),
  };
}
