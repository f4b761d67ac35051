import { collectingLogger, FakeClock } from '@fieldwarden/testkit';
import { PostMortemStore } from '../death/post-mortem-store.js';
import type { DriverName } from '../host-name.js';
import type { HostEvent } from '../host.js';
import { defaultSupervision } from '../machine/supervision-settings.js';
import type { Launch } from '../process/host-process.js';
import { StartGate } from '../start/start-gate.js';
import { SupervisedHost } from '../supervised-host.js';
import { FakeChild } from './fake-child.js';
import { FakeLink } from './fake-link.js';

/** A supervised Host whose time, processes and channel are in the test's hands, and all that was told of it. */
export class ObservedHost {
  readonly clock = new FakeClock();
  readonly logger = collectingLogger();
  readonly link = new FakeLink();
  readonly children: FakeChild[] = [];
  readonly events: HostEvent[] = [];
  /** Pids in the ledger of running Hosts. */
  readonly registered = new Set<number>();
  readonly gate: StartGate;
  readonly host: SupervisedHost<DriverName>;
  /** How processes are started; a test may put another in its place. */
  launch: Launch = (options) => {
    const child = new FakeChild(this.children.length + 1, options);
    this.children.push(child);
    return child;
  };

  constructor() {
    const { clock, logger } = this;
    this.gate = new StartGate({ clock, places: 2, changed: () => undefined });
    this.host = new SupervisedHost<DriverName>(
      {
        name: { driverId: 'drv' },
        link: this.link,
        supervision: defaultSupervision,
        history: undefined,
        generation: () => 1,
      },
      {
        hostMain: 'none',
        nodeOptions: [],
        parentDeathSignal: false,
        compileCacheDir: undefined,
        clock,
        logger,
        random: () => 0.5,
        launch: (options) => this.launch(options),
        gate: this.gate,
        postMortems: new PostMortemStore(undefined, logger),
        spawned: (pid) => void this.registered.add(pid),
        gone: (pid) => void this.registered.delete(pid),
        spawnRefused: (error) => void this.spawnsRefused.push(error?.code),
      },
    );
    this.host.onEvent((event) => void this.events.push(event));
  }

  get state(): string {
    return this.host.snapshot.state;
  }

  /** Codes of the system's refusals; undefined where it gave a process. */
  readonly spawnsRefused: (string | undefined)[] = [];

  /** The newest process. */
  get child(): FakeChild {
    const child = this.children.at(-1);
    if (!child) throw new Error('no process was started yet');
    return child;
  }

  /** A listener to events of one type. */
  on(wanted: HostEvent['type'], act: () => void): void {
    this.host.onEvent(({ type }) => {
      if (type === wanted) act();
    });
  }

  /** Events by type, states by name; those since the last look. */
  told(): string[] {
    return this.events.splice(0).map((event) => (event.type === 'state' ? event.state : `* ${event.type}`));
  }

  /** What the link was asked since the last look. */
  asked(): string[] {
    return this.link.asked.splice(0);
  }

  /** Started and ready. */
  serve(): this {
    this.host.start();
    this.link.owner.ready();
    return this;
  }

  /** Lets time pass in which every ping is answered. */
  async answer(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      await this.clock.advance(Math.min(left, 1_000));
      this.link.pong();
    }
  }
}
