import type { Origin } from '@fieldwarden/gateway-contract';
import { GuardedContext, ServiceReports, type ServiceReport } from '@fieldwarden/channel';
import { GatewayError, messageOf, toGatewayError } from '@fieldwarden/core';
import {
  refusingDesk,
  type AlarmConditions,
  type AlarmFeed,
  type OwnTags,
  type Service,
  type ServiceAddress,
  type WithinGateway,
} from '@fieldwarden/service';
import { serviceDirectory } from './service-directory.js';
import type { ServiceInstance } from './service-home.js';
import type { ServiceSurroundings } from './service-surroundings.js';

export interface InProcessRunDependencies {
  readonly instance: ServiceInstance;
  readonly settings: unknown;
  /** Undefined: the settings say which. */
  readonly port: number | undefined;
  readonly around: ServiceSurroundings;
  readonly ready: () => void;
  readonly reported: (report: ServiceReport) => void;
  /** It can't go on: to be ended. At most once. */
  readonly failed: (error: GatewayError) => void;
}

/** One life of a service in the gateway's own process, from `create` to `stop`: what a Host's process is to a service in a Host. */
export class InProcessRun {
  readonly #deps: InProcessRunDependencies;
  readonly #starting = new AbortController();
  #guard: GuardedContext | undefined;
  #ownTags: (OwnTags & Disposable) | undefined;
  #service: Service | undefined;
  #reports: ServiceReports | undefined;
  #conditions: (AlarmConditions & Disposable) | undefined;
  #ended: Promise<void> | undefined;
  #hasFailed = false;
  address: ServiceAddress | undefined;

  constructor(deps: InProcessRunDependencies) {
    this.#deps = deps;
  }

  /** What becomes of it is told by `ready` or `failed`. */
  start(): void {
    this.#open().catch((error: unknown) => this.#fail(error));
  }

  /** Rejects as the service does, or with kind `unsupported`. */
  async apply(settings: unknown): Promise<void> {
    if (!this.#service?.apply) throw unsupported('the service takes no settings over while it runs');
    await this.#service.apply(settings);
    this.#reports?.now();
  }

  async request(name: string, body: unknown, origin: Origin): Promise<unknown> {
    if (!this.#service?.request) throw unsupported('the service answers no requests');
    try {
      const answer = await this.#service.request(name, body, origin);
      this.#reports?.now();
      return answer;
    } catch (error) {
      throw toGatewayError(error, 'SERVICE_REQUEST_FAILED');
    }
  }

  /** Resolves when nothing of it is left; never rejects. The second call waits for the first. */
  stop(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  /** Nobody waits for it any longer: at least it hears and says nothing more. */
  giveUp(): void {
    this.#starting.abort();
    this.#reports?.[Symbol.dispose]();
    this.#letGo();
  }

  async #open(): Promise<void> {
    const { instance, settings, port, around } = this.#deps;
    const { id, definition } = instance;
    const { tags, writer, clock, random } = around;
    this.#guard = new GuardedContext({
      serviceId: id,
      settings,
      gateway: { ...around.identity, port },
      directory: serviceDirectory(id, around),
      pkiDirectory: around.directories.pki,
      tags,
      writer,
      events: around.events(id),
      alarms: around.alarms(id),
      alarmFeed: around.alarmFeed ?? noAlarms,
      storage: around.storage(id),
      access: around.access ?? refusingDesk,
      desks: around.desks,
      within: this.#within(),
      clock,
      logger: around.logger.child({ serviceId: id }),
      random,
      fail: (error) => this.#fail(error),
    });
    if (definition.preload) {
      await definition.preload();
      if (this.#ended || this.#starting.signal.aborted) return;
    }
    this.#service = definition.create(this.#guard.context);
    this.address = await this.#service.start(this.#starting.signal);
    if (this.#hasFailed || this.#ended || this.#starting.signal.aborted) return;
    this.#deps.ready();
    const { reported } = this.#deps;
    this.#reports = new ServiceReports({
      service: this.#service,
      clock,
      report: reported,
      fail: (error) => this.#fail(error),
    });
    this.#reports.now();
  }

  #fail(error: unknown): void {
    if (this.#hasFailed || this.#ended || this.#starting.signal.aborted) return;
    this.#hasFailed = true;
    this.#deps.failed(toGatewayError(error, 'SERVICE_FAILED'));
  }

  async #end(): Promise<void> {
    this.#starting.abort();
    this.#reports?.[Symbol.dispose]();
    try {
      await this.#service?.stop();
    } catch (error) {
      const { instance, around } = this.#deps;
      around.logger.error(`stopping service ${instance.id} failed: ${messageOf(error)}`, {
        serviceId: instance.id,
        error,
      });
    } finally {
      this.#letGo();
    }
  }

  #within(): WithinGateway | undefined {
    const { instance, around } = this.#deps;
    if (instance.definition.inProcessOnly !== true) return undefined;
    const ownTags = (this.#ownTags = around.tagSpace.open(instance.id));
    const conditions = (this.#conditions = around.conditions(instance.id));
    return { offers: around.desks.offers, columns: around.tags, ownTags, conditions };
  }

  #letGo(): void {
    this.#guard?.[Symbol.dispose]();
    this.#ownTags?.[Symbol.dispose]();
    this.#conditions?.[Symbol.dispose]();
  }
}

const noAlarms: AlarmFeed = { follow: () => ({ [Symbol.dispose]: () => undefined }) };

function unsupported(message: string): GatewayError {
  return new GatewayError({ code: 'SERVICE_REQUEST_UNKNOWN', kind: 'unsupported', message });
}
