import type { PlantTag } from '@fieldwarden/gateway-contract';
import type { ApplyPlan, PlantDriver } from '@fieldwarden/config';
import { GatewayError } from '@fieldwarden/core';
import type { TagStore } from '@fieldwarden/tags';

/** Throws TAG_PATH_TAKEN if a tag that a plan adds has the path of one that stays: the plan was made from something else than what runs. */
export function refuseTakenPaths(drivers: ApplyPlan['drivers'], store: TagStore): void {
  const removed = new Set(drivers.filter(({ kind }) => kind === 'remove').map(({ driverId }) => driverId));
  const gone = goingPaths(drivers);
  for (const { path } of comingTags(drivers)) {
    const owner = store.definition(store.handleOf(path) ?? 0);
    if (
      !owner ||
      gone.has(path) ||
      removed.has(owner.driverId ?? '') ||
      isGone(owner.driverId, owner.deviceId, drivers)
    )
      continue;
    const message = `tag ${path} of device ${owner.driverId}/${owner.deviceId} stays, so nobody else can have its path`;
    throw new GatewayError({ code: 'TAG_PATH_TAKEN', kind: 'config', message });
  }
}

/** The driver without those of its tags whose paths another driver has by now. */
export function withoutTakenPaths(driver: PlantDriver, store: TagStore): PlantDriver {
  const isFree = ({ path }: PlantTag): boolean => {
    const owner = store.definition(store.handleOf(path) ?? 0);
    return !owner || owner.driverId === driver.id;
  };
  return { ...driver, devices: driver.devices.map((device) => ({ ...device, tags: device.tags.filter(isFree) })) };
}

function goingPaths(drivers: ApplyPlan['drivers']): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const change of drivers) {
    if (change.kind !== 'change') continue;
    for (const device of change.devices) {
      if (device.kind === 'change') for (const path of device.tags.removed) paths.add(path);
    }
  }
  return paths;
}

function isGone(driverId: string | null, deviceId: string | null, drivers: ApplyPlan['drivers']): boolean {
  return drivers.some(
    (change) =>
      change.kind === 'change' &&
      change.driverId === driverId &&
      change.devices.some((device) => device.kind === 'remove' && device.deviceId === deviceId),
  );
}

function* comingTags(drivers: ApplyPlan['drivers']): Generator<PlantTag> {
  for (const change of drivers) {
    if (change.kind === 'add') for (const { tags } of change.driver.devices) yield* tags;
    if (change.kind !== 'change') continue;
    for (const device of change.devices) {
      if (device.kind === 'add') yield* device.device.tags;
      if (device.kind === 'change') yield* device.tags.added;
    }
  }
}
