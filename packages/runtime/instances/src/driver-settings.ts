import type { PlantDriver } from '@fieldwarden/config';

/** A configured driver without its tags: those live in the tag store, and 100,000 of them need not be kept twice. */
export interface DriverSettings extends Omit<PlantDriver, 'devices'> {
  readonly devices: readonly { readonly id: string; readonly options: unknown }[];
}

export function driverSettings(driver: PlantDriver): DriverSettings {
  return { ...driver, devices: driver.devices.map(({ id, options }) => ({ id, options })) };
}
