import { ObservedBook } from '@fieldwarden/alarms/testing';
import type { ChangedDriver, PlantDriver } from '@fieldwarden/config';
import { statusName } from '@fieldwarden/core';
import type { Tier } from '@fieldwarden/driver';
import type { DriverState } from '@fieldwarden/gateway-contract';
import { BaselineStore, ProcessSampler, RecycleQueue } from '@fieldwarden/stability';
import { TagStore } from '@fieldwarden/tags';
import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { DriverInstance } from '../driver-instance.js';
import { FakeSupervisor } from './fake-host.js';
import { LabDriver } from './lab-driver.js';
import { labPlant } from './lab-plant.js';
import { noBelongings } from './no-belongings.js';
import { silentObserver } from './silent-observer.js';

/** A driver instance whose time, sessions and Hosts are in the test's hands, and all that it told. */
export class ObservedInstance {
  readonly clock = new FakeClock();
  readonly logger = collectingLogger();
  readonly store = new TagStore(this.clock, this.logger);
  readonly lab: LabDriver;
  readonly supervisor: FakeSupervisor;
  readonly states: DriverState[] = [];
  readonly events: string[] = [];
  readonly instance: DriverInstance;
  readonly #plant: PlantDriver;

  constructor({ tier = 'A', ...plant }: Partial<PlantDriver> & { readonly tier?: Tier } = {}) {
    const { clock, logger, store } = this;
    this.#plant = labPlant({ tier, ...plant });
    this.lab = new LabDriver({ tier });
    this.lab.members = ['prepareRead', 'read', 'write', 'probe', 'reinitialize'];
    this.supervisor = new FakeSupervisor(this.lab);
    const read = (): Promise<ReadonlyMap<number, never>> => Promise.resolve(new Map<number, never>());
    this.instance = new DriverInstance(this.#plant, this.lab.definition, {
      store,
      supervisor: this.supervisor,
      home: '/nowhere',
      openBelongings: noBelongings,
      clock,
      random: () => 0,
      logger,
      observer: {
        ...silentObserver,
        stateChanged: (state) => void this.states.push(state),
        event: (_type, message) => void this.events.push(message),
      },
      alarms: new ObservedBook().book,
      generation: 1,
      stability: {
        baselineStore: new BaselineStore('/nowhere', logger),
        sampler: new ProcessSampler({ clock, logger, read }),
        recycleQueue: new RecycleQueue(clock, logger),
      },
      restored: () => undefined,
    });
  }

  /** Started, and its devices have answered. */
  async serve(): Promise<this> {
    await this.instance.start();
    await this.clock.advance(0);
    return this;
  }

  /** A change of its configuration, both halves in one tick. */
  change(next: Partial<PlantDriver>, change: Partial<ChangedDriver> = {}): Promise<void> {
    const changed: ChangedDriver = {
      kind: 'change',
      driverId: 'lab',
      next: { ...this.#plant, ...next },
      restart: false,
      run: null,
      move: null,
      settings: [],
      devices: [],
      ...change,
    };
    this.instance.withdraw(changed);
    return this.instance.adopt(changed, 2);
  }

  /** `Good 1`: read by the first session; the name of the status if it is not Good. */
  shown(path = 'a'): string {
    const handle = this.store.handleOf(path);
    if (handle === undefined) return 'none';
    const { status, value } = this.store.read(handle);
    return statusName(status) === 'Good' ? `Good ${String(value)}` : statusName(status);
  }

  /** Which sessions are closed. */
  get closed(): boolean[] {
    return this.lab.sessions.map(({ isClosed }) => isClosed);
  }
}
