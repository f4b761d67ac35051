import { clientType, isSameType } from '@fieldwarden/gateway-contract';
import { isDeepStrictEqual } from 'node:util';
import type {
  ApplyContext,
  ApplyPlan,
  ChangedDevice,
  ChangedDriver,
  ChangedTag,
  DeviceChange,
  DriverChange,
  GatewayChange,
  LiveSettings,
  TagChanges,
} from './apply-plan.js';
import { describeSteps } from './apply-steps.js';
import { tagFields } from '../document/tag-fields.js';
import { differingTagFields } from './differing-fields.js';
import { planServices } from './plan-services.js';
import type { PlantTag } from '@fieldwarden/gateway-contract';
import type { Plant, PlantDevice, PlantDriver } from '../resolve/plant.js';

/**
 * What has to be done so that a gateway that runs `old` runs `next` (SPEC §7.5): pure, on resolved plants, so that a default
 * written out or another order is no change. `null` = nothing runs yet.
 */
export function planApply(old: Plant | null, next: Plant, context: ApplyContext): ApplyPlan {
  const was = byId(old?.drivers ?? []);
  const is = byId(next.drivers);
  const pairs = next.drivers.map((driver) => ({ driver, before: was.get(driver.id) }));
  const drivers: DriverChange[] = [];
  for (const { id, type, tier, refusal } of was.values()) {
    const now = is.get(id);
    if (now?.type !== type || now.tier !== tier || now.refusal !== refusal)
      drivers.push({ kind: 'remove', driverId: id });
  }
  const replaced = new Set(drivers.map(({ driverId }) => driverId));
  for (const { driver, before } of pairs) {
    const change = before && !replaced.has(driver.id) ? changeOf(before, driver, context) : undefined;
    if (change) drivers.push(change);
  }
  for (const { driver, before } of pairs) {
    if (!before || replaced.has(driver.id)) drivers.push({ kind: 'add', driverId: driver.id, driver });
  }
  const gateway = gatewayChange(old, next);
  const services = planServices(old?.services ?? [], next.services, context);
  return { drivers, services, gateway, steps: describeSteps({ drivers, services, gateway }, { old, next, context }) };
}

function byId<Owner extends { readonly id: string }>(owners: readonly Owner[]): ReadonlyMap<string, Owner> {
  return new Map(owners.map((owner) => [owner.id, owner]));
}

function gatewayChange(old: Plant | null, next: Plant): GatewayChange {
  return {
    logging: isDeepStrictEqual(old?.logging, next.logging) ? null : next.logging,
    tls: isDeepStrictEqual(old?.tls, next.tls) ? null : next.tls,
    site: old === null || old.site === next.site ? null : next.site,
  };
}

const liveSettings = ['resilience', 'supervision', 'stability'] as const satisfies readonly LiveSettings[];

/** Nothing has to be done to get from one to the other. */
export function isAlike(before: PlantDriver, next: PlantDriver, context: ApplyContext): boolean {
  return before.type === next.type && before.tier === next.tier && changeOf(before, next, context) === undefined;
}

/** Undefined if nothing of the driver is touched. */
function changeOf(before: PlantDriver, next: PlantDriver, { drivers: types }: ApplyContext): ChangedDriver | undefined {
  if (before === next) return undefined;
  const devices = deviceChanges(before.devices, next.devices);
  const sessionHears = devices.some((device) => device.kind !== 'change' || device.options);
  const change: ChangedDriver = {
    kind: 'change',
    driverId: next.id,
    next,
    restart:
      !isDeepStrictEqual(before.options, next.options) || (sessionHears && types.get(next.type)?.liveDevices !== true),
    run: before.enabled === next.enabled ? null : next.enabled ? 'start' : 'stop',
    move: before.isolation === next.isolation ? null : next.isolation,
    settings: liveSettings.filter((part) => !isDeepStrictEqual(before[part], next[part])),
    devices,
  };
  return isEmpty(change) ? undefined : change;
}

function isEmpty({ restart, run, move, settings, devices }: ChangedDriver): boolean {
  return !restart && run === null && move === null && settings.length === 0 && devices.length === 0;
}

function deviceChanges(before: readonly PlantDevice[], next: readonly PlantDevice[]): readonly DeviceChange[] {
  const was = byId(before);
  const is = byId(next);
  const changes: DeviceChange[] = [];
  for (const { id } of before) if (!is.has(id)) changes.push({ kind: 'remove', deviceId: id });
  for (const device of next) {
    const other = was.get(device.id);
    const change = other ? changedDevice(other, device) : ({ kind: 'add', deviceId: device.id, device } as const);
    if (change) changes.push(change);
  }
  return changes;
}

function changedDevice(before: PlantDevice, device: PlantDevice): ChangedDevice | undefined {
  if (before === device) return undefined;
  const options = !isDeepStrictEqual(before.options, device.options);
  const tags = tagChanges(before.tags, device.tags);
  const untouched = !options && tags.added.length + tags.removed.length + tags.changed.length === 0;
  return untouched ? undefined : { kind: 'change', deviceId: device.id, device, options, tags };
}

function tagChanges(before: readonly PlantTag[], next: readonly PlantTag[]): TagChanges {
  const gone = new Map(before.map((tag) => [tag.path, tag]));
  const added: PlantTag[] = [];
  const changed: ChangedTag[] = [];
  for (const tag of next) {
    const other = gone.get(tag.path);
    gone.delete(tag.path);
    if (!other) added.push(tag);
    else if (differingTagFields(other, tag).length > 0) changed.push(changedTag(other, tag));
  }
  return { added, removed: [...gone.keys()], changed };
}

function changedTag(before: PlantTag, next: PlantTag): ChangedTag {
  const differing = differingTagFields(before, next);
  return {
    next,
    newPlan: differing.some((field) => tagFields[field].newPlan),
    valueStale: differing.some((field) => tagFields[field].valueStale),
    newNode: !isSameType(clientType(before), clientType(next)),
  };
}
