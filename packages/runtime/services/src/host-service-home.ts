import type { Origin } from '@fieldwarden/gateway-contract';
import { ServiceClient, type ServiceParameters, type ServiceReport } from '@fieldwarden/channel';
import { messageOf, type GatewayError } from '@fieldwarden/core';
import { refusingDesk } from '@fieldwarden/service';

import {
  isPlanned,
  Waiters,
  type HostEvent,
  type HostHistory,
  type PlannedCause,
  type ServiceHost,
  type ServiceName,
  type StopCause,
} from '@fieldwarden/supervisor';
import { changesLive } from './changes-live.js';
import { HomeListeners } from './home-listeners.js';
import { KeptPort } from './kept-port.js';
import { serviceDirectory } from './service-directory.js';
import { factsOf, failureOf } from './service-facts.js';
import type { ServiceFacts, ServiceFailure, ServiceHome, ServiceInstance, ServiceLoss } from './service-home.js';
import type { ServiceSurroundings } from './service-surroundings.js';

/** A service in a child process of its own, through the Supervisor (SPEC §16.4). */
export class HostServiceHome implements ServiceHome {
  readonly #instance: ServiceInstance;
  readonly #around: ServiceSurroundings;
  readonly #client: ServiceClient;
  readonly #host: ServiceHost;
  readonly #listeners: HomeListeners;
  readonly #waiters = new Waiters();
  readonly #port: KeptPort;
  #settings: unknown;
  #report: ServiceReport | undefined;
  #failure: ServiceFailure | undefined;
  #hasFailed = false;
  /** Of the present process: it was ready. */
  #worked = false;
  #isStopping = false;

  constructor(instance: ServiceInstance, around: ServiceSurroundings) {
    this.#instance = instance;
    this.#around = around;
    const { id, definition, supervision, history, generation } = instance;
    const { supervisor, hostMain, clock } = around;
    const logger = around.logger.child({ serviceId: id });
    this.#listeners = new HomeListeners(logger);
    this.#port = new KeptPort(instance.port);
    this.#client = new ServiceClient({
      serviceId: id,
      clock,
      logger,
      parameters: () => this.#parameters(),
      around: {
        tags: around.tags,
        writer: around.writer,
        events: around.events(id),
        alarms: around.alarms(id),
        alarmFeed: around.alarmFeed,
        storage: around.storage(id),
        access: around.access ?? refusingDesk,
        desks: around.desks,
      },
      listener: {
        reported: (report) => this.#reported(report),
        failing: (error) => this.#failing(error),
      },
    });
    this.#host = supervisor.createServiceHost({
      serviceId: id,
      serviceType: definition.name,
      hostMain,
      link: this.#client,
      supervision,
      generation,
      ...(history && { history }),
    });
    this.#host.onEvent((event) => this.#heard(event));
  }

  get facts(): ServiceFacts {
    const { snapshot } = this.#host;
    return factsOf({
      instance: this.#instance,
      isolation: 'host',
      snapshot,
      address: this.#client.address,
      report: this.#report,
      failure: this.#failure,
      hasFailed: this.#hasFailed,
      isStopping: this.#isStopping,
      progress: snapshot.progress,
      conflatedValues: this.#client.conflatedValues,
    });
  }

  get history(): HostHistory {
    return this.#host.history;
  }

  async start(settings: unknown): Promise<void> {
    this.#settings = settings;
    this.#isStopping = false;
    this.#host.start();
    await this.#decided();
  }

  async apply(settings: unknown): Promise<void> {
    const before = this.#settings;
    this.#settings = settings;
    const { state } = this.#host.snapshot;
    if (state === 'stopped' || this.#isStopping) return;
    if (state === 'ready' && (await this.#tookOver(before, settings))) return;
    // Nobody waits for an `apply` that takes its time: it may have been stopped meanwhile.
    if (this.#isStopping) return;
    this.#port.settingsChanged();
    await this.#anew('configuration');
  }

  async stop(cause?: StopCause): Promise<void> {
    this.#isStopping = true;
    await this.#host.stop(cause);
    this.#look();
  }

  async restart(): Promise<void> {
    await this.#anew('operator');
  }

  async recycle(cause: PlannedCause): Promise<void> {
    await this.#host.recycle(cause);
    await this.#decided();
  }

  giveUp(): void {
    this.#host.trip();
  }

  requestGc(): void {
    this.#host.requestGc().catch(() => undefined); // it is judged by its memory as it is
  }

  request(name: string, body: unknown, origin: Origin): Promise<unknown> {
    return this.#client.request(name, body, origin);
  }

  onChange(listener: () => void): Disposable {
    return this.#listeners.onChange(listener);
  }

  onLoss(listener: (loss: ServiceLoss) => void): Disposable {
    return this.#listeners.onLoss(listener);
  }

  #parameters(): ServiceParameters {
    const { id, definition } = this.#instance;
    const { identity, directories } = this.#around;
    return {
      serviceId: id,
      serviceType: definition.name,
      entry: definition.entry,
      settings: this.#settings,
      gateway: { ...identity, port: this.#port.port },
      directory: serviceDirectory(id, this.#around),
      pkiDirectory: directories.pki,
    };
  }

  /** Forgets the crashes and begins again: a Host that waits starts at once, one that runs is replaced. */
  async #anew(cause: StopCause): Promise<void> {
    this.#isStopping = false;
    const { state } = this.#host.snapshot;
    this.#host.reset();
    if (state !== 'backing-off' && state !== 'open') await this.#host.recycle(cause);
    await this.#decided();
  }

  async #tookOver(before: unknown, settings: unknown): Promise<boolean> {
    const logger = this.#around.logger.child({ serviceId: this.#instance.id });
    if (!changesLive(this.#instance.definition, before, settings, logger)) return false;
    try {
      await this.#client.apply(settings);
      return true;
    } catch (error) {
      logger.warn(`the service did not take its settings over, it is started anew: ${messageOf(error)}`, { error });
      return false;
    }
  }

  /** Resolves when it works, or it is clear that it does not (yet). */
  #decided(): Promise<void> {
    return this.#waiters.wait(() => !['starting', 'draining', 'ending'].includes(this.#host.snapshot.state));
  }

  #reported(report: ServiceReport): void {
    this.#report = report;
    this.#look();
  }

  #failing(error: GatewayError): void {
    this.#hasFailed = true;
    this.#failure = failureOf(error, this.#around.clock.wallMs());
    this.#look();
  }

  #heard(event: HostEvent<ServiceName>): void {
    if (event.type === 'ready') this.#works();
    if (event.type === 'down') this.#down(event);
    this.#look();
  }

  #works(): void {
    this.#hasFailed = false;
    this.#worked = true;
    this.#port.works(this.#instance.definition.port && this.#client.address?.port);
  }

  #down({ cause, spawn, error, atMs, postMortemId }: Extract<HostEvent<ServiceName>, { type: 'down' }>): void {
    const planned = isPlanned(cause);
    this.#report = undefined;
    if (!this.#worked) this.#port.failed();
    this.#worked = false;
    this.#hasFailed = !planned;
    if (!planned) this.#failure = failureOf(error, atMs);
    const { message } = planned ? error : this.#failure!;
    this.#listeners.lost({ serviceId: this.#instance.id, cause, spawn, message, postMortemId, planned });
  }

  #look(): void {
    this.#listeners.look(this.facts);
    this.#waiters.look();
  }
}
