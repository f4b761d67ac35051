import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Clock, GatewayError, Logger, Redactor } from '@fieldwarden/core';
import { gatewayMark, type GatewayMark } from './process/gateway-mark.js';
import { HostLedger } from './process/host-ledger.js';
import { HostProcess, type HostProcessOptions } from './process/host-process.js';
import { DriverHost } from './driver-host.js';
import type { Host, HostSpec, ServiceHost, ServiceHostSpec, SupervisedProcess } from './host.js';
import type { DriverName, HostName, ServiceName } from './host-name.js';
import { Listeners } from './listeners.js';
import { postMortemFolders, PostMortemStore } from './death/post-mortem-store.js';
import { SpareProcess, type ProcessListener, type SpareSnapshot } from './process/spare-process.js';
import { StrayKeeper } from './process/stray-keeper.js';
import { StartGate } from './start/start-gate.js';
import { stormLimits } from './start/storm-brake.js';
import { SupervisedHost } from './supervised-host.js';
import type { SupervisedHostDeps } from './supervised-host-deps.js';

export interface SupervisorDeps {
  /** Script that the Host of a driver runs: `driverHostMain` of @fieldwarden/driver-host. */
  readonly hostMain: string;
  /** From the module of a driver's definition to the one that its Host loads; default: that itself. */
  readonly entryOf?: (definition: string) => string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Where `hosts.json`, post-mortems and compiled code live; without it none of them is kept. */
  readonly stateDir?: string;
  /** Of post-mortems. Default: nothing is secret. */
  readonly redactor?: Redactor;
  /** False: rely on the Host's own watchdog alone, as on systems without setpriv. */
  readonly parentDeathSignal?: boolean;
}

/** What concerns all Hosts and needs somebody's attention. `active` false: it is over, by itself. */
export interface SupervisorAlarm {
  /**
   * `restart-storm`: more than 20 restarts in a minute of Hosts that had been restarted within that minute, Hosts start one after the other
   * until it is over (SPEC §4.4). `hosts-not-spawned`: the system gives no process, it is tried again every 5 s.
   */
  readonly type: 'restart-storm' | 'hosts-not-spawned';
  readonly active: boolean;
  /** ms since 1970 UTC. */
  readonly atMs: number;
  readonly message: string;
}

/**
 * In MB, half of V8's own. The definitions of many tags, which arrive all at once, make the young generation grow to its limit, and it
 * never shrinks again: with 100,000 tags that is more than the tags themselves need.
 */
const serviceNodeOptions = ['--max-semi-space-size=8'];

/** One thread beside the main one collects and compiles; V8's own four cost each Host more than they save it. */
const driverNodeOptions = ['--v8-pool-size=1'];

/** How a process is started, whatever it runs. */
type HostStart = Omit<HostProcessOptions, keyof ProcessListener>;

type Adoptable = SupervisedProcess<DriverName> | SupervisedProcess<ServiceName>;

/** Makes Hosts and ends them all. Sweeps what a previous gateway left behind when it is created. */
export class Supervisor {
  readonly #deps: SupervisorDeps;
  readonly #ledger: HostLedger;
  readonly #mark: GatewayMark | undefined;
  readonly #keeper: StrayKeeper | undefined;
  #spawnsRefused = false;
  readonly #hosts = new Set<Adoptable>();
  readonly #driverHosts = new Set<Host>();
  readonly #gate: StartGate;
  readonly #spare: SpareProcess;
  readonly #alarms: Listeners<SupervisorAlarm>;
  /** Of the Hosts of all drivers, under `stateDir`. */
  readonly postMortems: PostMortemStore<DriverName>;
  readonly servicePostMortems: PostMortemStore<ServiceName>;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#ledger = new HostLedger(deps.stateDir, deps.logger, deps.clock);
    this.#ledger.sweep();
    this.#mark = deps.stateDir === undefined ? undefined : gatewayMark(deps.stateDir);
    this.#keeper = this.#mark && new StrayKeeper(this.#mark, deps.logger);
    this.#keeper?.sweep();
    const { stateDir, logger, redactor } = deps;
    this.postMortems = new PostMortemStore(stateDir, logger, postMortemFolders.drivers, redactor);
    this.servicePostMortems = new PostMortemStore(stateDir, logger, postMortemFolders.services, redactor);
    this.#alarms = new Listeners(deps.logger);
    this.#gate = new StartGate({
      clock: deps.clock,
      places: availableParallelism(),
      changed: (engaged) => this.#stormChanged(engaged),
    });
    this.#spare = new SpareProcess({
      launch: (listener) => this.#launch({ ...this.#driverProcess(), ...listener }),
      isIdle: () => this.#gate.isIdle,
      spawned: (pid) => this.#ledger.add({ spare: true }, pid),
      gone: (pid) => this.#ledger.remove(pid),
      clock: deps.clock,
      logger: deps.logger,
    });
  }

  /** Called synchronously when an alarm comes and when it goes. */
  onAlarm(listener: (alarm: SupervisorAlarm) => void): Disposable {
    return this.#alarms.add(listener);
  }

  /** The process that waits for the next Host of a driver; undefined while there is none. It is no Host itself. */
  get spare(): SpareSnapshot | undefined {
    return this.#spare.snapshot;
  }

  /** Not started yet. */
  createHost(spec: HostSpec): Host {
    const { driverId, driverType } = spec;
    const { logger, entryOf = itself } = this.#deps;
    const host = new DriverHost(
      { ...spec, entry: entryOf(spec.entry) },
      {
        ...this.#driverProcess(),
        ...this.#shared({ driverId }, this.postMortems, logger.child({ driverId, driverType })),
        launch: (options) => this.#spare.take(options) ?? this.#launch(options),
      },
    );
    host.onEvent(({ type }) => {
      if (type === 'ready') this.#driverHosts.add(host);
      if (type === 'state' && host.snapshot.state === 'stopped') this.#driverHosts.delete(host);
      this.#spare.want(this.#driverHosts.size > 0);
    });
    return this.#adopted(host);
  }

  /** Not started yet. */
  createServiceHost(spec: ServiceHostSpec): ServiceHost {
    const { serviceId, serviceType, hostMain, link, supervision, history, generation } = spec;
    const name = { serviceId };
    const logger = this.#deps.logger.child({ serviceId, serviceType });
    const shared = {
      ...this.#process(hostMain, serviceNodeOptions),
      ...this.#shared(name, this.servicePostMortems, logger),
      launch: (options: HostProcessOptions) => this.#launch(options),
    };
    return this.#adopted(new SupervisedHost({ name, link, supervision, history, generation }, shared));
  }

  /** The same for every driver, so that any of them can take the spare one. */
  #driverProcess(): HostStart {
    return this.#process(this.#deps.hostMain, driverNodeOptions);
  }

  #process(hostMain: string, nodeOptions: readonly string[]): HostStart {
    const { clock, stateDir, parentDeathSignal = true } = this.#deps;
    return {
      hostMain,
      nodeOptions,
      parentDeathSignal,
      compileCacheDir: stateDir === undefined ? undefined : join(stateDir, 'compile-cache'),
      gatewayMark: this.#mark?.whole,
      clock,
    };
  }

  #launch(options: HostProcessOptions): HostProcess {
    this.#keeper?.watch();
    return new HostProcess(options);
  }

  #shared<Name extends HostName>(
    name: Name,
    postMortems: PostMortemStore<Name>,
    logger: Logger,
  ): Omit<SupervisedHostDeps<Name>, keyof HostStart | 'launch'> {
    return {
      logger,
      random: this.#deps.random,
      gate: this.#gate,
      postMortems,
      spawned: (pid) => this.#ledger.add(name, pid),
      gone: (pid) => this.#ledger.remove(pid),
      spawnRefused: (error) => this.#spawnRefused(error),
    };
  }

  /** A stopped Host belongs to whoever made it; only one with a process, or waiting for one, has to be ended here. */
  #adopted<Made extends Adoptable>(host: Made): Made {
    host.onEvent((event) => {
      if (event.type !== 'state') return;
      if (event.state === 'stopped') this.#hosts.delete(host);
      else this.#hosts.add(host);
    });
    return host;
  }

  /** Stops every Host, all at one time; every post-mortem is on disk when it resolves. */
  async close(): Promise<void> {
    await Promise.all([this.#spare.close(), ...[...this.#hosts].map((host) => host.stop())]);
    this.#gate.close();
    this.#ledger.close();
    this.#keeper?.[Symbol.dispose]();
    await Promise.all([this.postMortems.settled(), this.servicePostMortems.settled()]);
  }

  /** One alarm for all Hosts: they are short of the same thing. */
  #spawnRefused(error: GatewayError | undefined): void {
    const active = error !== undefined;
    if (active === this.#spawnsRefused) return;
    this.#spawnsRefused = active;
    const { logger, clock } = this.#deps;
    const message = active
      ? `the system gives no process for a Host, it is tried again every 5 s: ${error.message}`
      : 'the system gives processes for Hosts again';
    logger[active ? 'error' : 'info'](message);
    this.#alarms.emit({ type: 'hosts-not-spawned', active, atMs: clock.wallMs(), message });
  }

  #stormChanged(active: boolean): void {
    const { logger, clock } = this.#deps;
    const message = active
      ? `more than ${stormLimits.restarts} restarts in a minute of Hosts that end again and again: they start one after the other now`
      : 'restarts of the same Hosts are few again: they start together again';
    logger[active ? 'error' : 'info'](message);
    this.#alarms.emit({ type: 'restart-storm', active, atMs: clock.wallMs(), message });
  }
}

const itself = (definition: string): string => definition;
