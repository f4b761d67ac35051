import type { ApplyPlan, ChangedDriver, DeviceChange, DriverChange } from '../apply/apply-plan.js';
import type { Plant, PlantDevice, PlantDriver } from '../resolve/plant.js';

/** A gateway as somebody keeps it who hears of nothing but plans: by name, so that no order is left. */
export type PlantModel = Map<string, DriverModel>;

interface DriverModel {
  fields: Omit<PlantDriver, 'devices'>;
  devices: Map<string, DeviceModel>;
}

interface DeviceModel {
  options: unknown;
  tags: Map<string, unknown>;
}

export function modelOf(plant: Plant | null): PlantModel {
  return new Map((plant?.drivers ?? []).map((driver) => [driver.id, driverModel(driver)]));
}

function driverModel({ devices, ...fields }: PlantDriver): DriverModel {
  return { fields, devices: new Map(devices.map((device) => [device.id, deviceModel(device)])) };
}

function deviceModel({ options, tags }: PlantDevice): DeviceModel {
  return { options, tags: new Map(tags.map((tag) => [tag.path, tag])) };
}

/** Carries a plan out, taking from it only what it says is to be taken. */
export function applyToModel({ drivers }: Pick<ApplyPlan, 'drivers'>, model: PlantModel): PlantModel {
  const applied = new Map(model);
  for (const change of drivers) applyDriver(change, applied);
  return applied;
}

function applyDriver(change: DriverChange, model: PlantModel): void {
  if (change.kind === 'remove') model.delete(change.driverId);
  else if (change.kind === 'add') model.set(change.driverId, driverModel(change.driver));
  else model.set(change.driverId, applyChange(change, model.get(change.driverId) as DriverModel));
}

function applyChange(change: ChangedDriver, { fields, devices }: DriverModel): DriverModel {
  const { next, restart, run, move, settings } = change;
  const changed = {
    ...fields,
    ...(restart && { options: next.options }),
    ...(run !== null && { enabled: run === 'start' }),
    ...(move !== null && { isolation: move }),
    ...Object.fromEntries(settings.map((part) => [part, next[part]])),
  };
  const applied = new Map(devices);
  for (const device of change.devices) applyDevice(device, applied);
  return { fields: changed, devices: applied };
}

function applyDevice(change: DeviceChange, devices: Map<string, DeviceModel>): void {
  const { deviceId } = change;
  if (change.kind === 'remove') devices.delete(deviceId);
  else if (change.kind === 'add') devices.set(deviceId, deviceModel(change.device));
  else {
    const before = devices.get(deviceId) as DeviceModel;
    const tags = new Map(before.tags);
    for (const path of change.tags.removed) tags.delete(path);
    for (const tag of change.tags.added) tags.set(tag.path, tag);
    for (const { next } of change.tags.changed) tags.set(next.path, next);
    devices.set(deviceId, { options: change.options ? change.device.options : before.options, tags });
  }
}
