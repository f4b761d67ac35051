import type { StabilitySettings } from '@fieldwarden/config';
import { configurationHash } from '@fieldwarden/stability';
import type { DeviceRuntime } from './devices/device-runtime.js';
import type { DriverSettings } from './driver-settings.js';

/** What the stability rules go by, and what a memory baseline was learnt from. */
export interface MonitoredConfiguration {
  readonly settings: StabilitySettings;
  readonly configHash: string;
}

export function monitoredConfiguration(
  { options, devices, stability: settings }: DriverSettings,
  running: readonly DeviceRuntime[],
): MonitoredConfiguration {
  return { settings, configHash: configurationHash([options, devices, running.map(({ handles }) => handles.length)]) };
}
