import { ObservedBook } from '@fieldwarden/alarms/testing';
import type { PlantDevice } from '@fieldwarden/config';
import { statusName, type GatewayError } from '@fieldwarden/core';
import type { DriverSession } from '@fieldwarden/driver';
import type { SessionSlot } from '@fieldwarden/invoker';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { DeviceSet } from '../devices/device-set.js';
import { pipelineSettings } from '../devices/pipeline-settings.js';
import { LabDriver } from './lab-driver.js';
import { labPlant } from './lab-plant.js';
import { silentObserver } from './silent-observer.js';

/** Devices of a driver on a session that the test gives and takes away. */
export class ObservedDevices {
  readonly clock = new FakeClock();
  readonly logger = collectingLogger();
  readonly store = new TagStore(this.clock, this.logger);
  readonly lab = new LabDriver();
  readonly slot: SessionSlot = { current: undefined };
  readonly changed: string[] = [];
  readonly set: DeviceSet;

  constructor(...devices: readonly PlantDevice[]) {
    const { clock, logger, store, slot } = this;
    this.set = new DeviceSet(devices, pipelineSettings(labPlant().resilience), {
      driverId: 'lab',
      store,
      clock,
      random: () => 0,
      logger,
      observer: silentObserver,
      alarms: new ObservedBook().book,
      session: slot,
      onChanged: (deviceId) => void this.changed.push(deviceId),
      restored: () => undefined,
    });
  }

  /** Another session is ready. */
  async run(): Promise<DriverSession> {
    const session = this.lab.create({ options: {}, devices: [] }).offered;
    this.slot.current = session;
    this.set.run(session);
    await this.clock.advance(0);
    return session;
  }

  /** `Good 1`: read by the first session; the name of the status if it is not Good. */
  shown(path: string): string {
    const handle = this.store.handleOf(path);
    if (handle === undefined) return 'none';
    const { status, value } = this.store.read(handle);
    return statusName(status) === 'Good' ? `Good ${String(value)}` : statusName(status);
  }

  /** What became of a write to this device's road as it is now. */
  async write(deviceId: string): Promise<string> {
    const item = { point: { path: 'a', address: 'A', type: { scalar: 'float64' } }, value: 1 } as const;
    const written = this.set.get(deviceId)!.invoker.write([item], false, 'c1');
    return await written.then(
      ([{ outcome }]) => outcome,
      (error: unknown) => (error as GatewayError).writeOutcome ?? (error as GatewayError).kind,
    );
  }
}
