import type { AlarmBook } from '@fieldwarden/alarms';
import type { OpenBelongings } from '@fieldwarden/belongings';
import type { Clock, Logger } from '@fieldwarden/core';
import type { DeviceResilienceState } from '@fieldwarden/invoker';
import type { StabilityMonitorDependencies } from '@fieldwarden/stability';
import type { TagStore } from '@fieldwarden/tags';
import type { DriverSettings } from './driver-settings.js';
import type { HostMaker } from './home/host-home.js';
import type { InstanceObserver } from './instance-observer.js';

export interface InstanceDependencies {
  readonly store: TagStore;
  readonly supervisor: HostMaker;
  /** Home directory of the gateway: where drivers keep what outlives them. */
  readonly home: string;
  /** How they get at that within this process; default: on its disk. */
  readonly openBelongings?: OpenBelongings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly observer: InstanceObserver;
  /** Of the gateway. */
  readonly alarms: Pick<AlarmBook, 'ofDriver' | 'raise'>;
  /** Number of the configuration that the driver comes from; null if that was never published. */
  readonly generation: number | null;
  /** Shared by all drivers of the gateway. */
  readonly stability: Pick<StabilityMonitorDependencies, 'baselineStore' | 'sampler' | 'recycleQueue'>;
  /** What is remembered of a device of this driver, as that is configured now, from before this instance. */
  readonly restored: (
    driver: DriverSettings,
    device: { readonly id: string; readonly options: unknown },
  ) => DeviceResilienceState | undefined;
}
