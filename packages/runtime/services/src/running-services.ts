import type { Origin } from '@fieldwarden/gateway-contract';
import type { PlantService, ServiceChange } from '@fieldwarden/config';
import { delay, GatewayError, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { ServiceDefinition, ServiceIsolation, ServiceRegistry } from '@fieldwarden/service';
import type { SupervisionSettings } from '@fieldwarden/supervisor';
import type { ServiceTagSpace } from './service-tag-space.js';
import { tagsOfService } from './tags-of-service.js';
import { refusedService } from './refused-service.js';
import type {
  ServiceFacts,
  ServiceHome,
  ServiceInstance,
  ServiceLoss,
  ServiceState,
  StandingService,
} from './service-home.js';

/** A publish waits so long for a third party's service to start: mostly it is told what came of it, and never held up by it. */
const thirdPartyPatienceMs = 3_000;

export interface RunningServicesDependencies {
  readonly registry: Pick<ServiceRegistry, 'get'>;
  readonly makeHome: (isolation: ServiceIsolation, instance: ServiceInstance) => ServiceHome;
  /** The port that the command line or the environment wants, by the name of its option. */
  readonly portOf: (option: string) => number | undefined;
  readonly supervision: SupervisionSettings;
  readonly tagSpace: ServiceTagSpace;
  readonly observer: ServicesObserver;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Who tells people about services. Called synchronously; must not throw. */
export interface ServicesObserver {
  /** State, reason, address or process is another than before. */
  changed(facts: ServiceFacts): void;
  lost(loss: ServiceLoss): void;
  /** It is no longer part of the plant. */
  removed(serviceId: string): void;
}

/** A step that did not come to its end. */
export interface ServiceStepFailure {
  readonly serviceId: string;
  readonly message: string;
}

/** One service of the plant, and where it lives. */
interface Resident {
  readonly service: PlantService;
  readonly definition: ServiceDefinition;
  readonly home: ServiceHome;
  readonly standing: Standing;
  readonly listening: DisposableStack;
}

/** The state that was seen last, and when it came. */
interface Standing {
  state: ServiceState;
  sinceMs: number;
}

/** The services of the running configuration: started together, followed, changed and ended one apart from the other (SPEC §16). */
export class RunningServices {
  readonly #deps: RunningServicesDependencies;
  readonly #residents = new Map<string, Resident>();
  /** First starts, under way or done: who asks again waits for the same. */
  readonly #starts = new WeakMap<ServiceHome, Promise<void>>();
  #generation: number | null;

  /** Nothing runs before `start`; the tags that services bring are there. */
  constructor(services: readonly PlantService[], deps: RunningServicesDependencies, generation: number | null) {
    this.#deps = deps;
    this.#generation = generation;
    for (const service of services) {
      this.#add(service);
      this.#adoptTags(service);
    }
  }

  /** As configured now. */
  get configured(): readonly PlantService[] {
    return [...this.#residents.values()].map(({ service }) => service);
  }

  /** How each is now, in the order of the configuration. */
  facts(): readonly StandingService[] {
    return [...this.#residents.values()].map(factsOf);
  }

  factsOf(serviceId: string): StandingService | undefined {
    const resident = this.#residents.get(serviceId);
    return resident && factsOf(resident);
  }

  definitionOf(serviceId: string): ServiceDefinition | undefined {
    return this.#residents.get(serviceId)?.definition;
  }

  /**
   * What takes long, to be called right before the first scan: modules of services in this process are loaded; Hosts begin, and load
   * theirs while the gateway starts everything else.
   */
  async preload(): Promise<void> {
    const wanted = [...this.#residents.values()].filter(({ service }) => service.enabled);
    const here = wanted.filter(({ service }) => service.isolation === 'in-process' && service.refusal === undefined);
    await Promise.all(here.map(async ({ definition }) => await definition.preload?.()));
    for (const resident of wanted) if (!here.includes(resident)) void this.#started(resident);
  }

  /**
   * Each starts on its own; resolves when every one of the gateway's own works, or it is clear that it does not (yet). Third parties'
   * are not waited for: one that loops would hold the gateway's start up for its whole start budget. Never rejects.
   */
  async start(): Promise<void> {
    const starts = [...this.#residents.values()].map(async (resident) => {
      const started = this.#started(resident);
      if (resident.service.use === null) await started;
    });
    await Promise.all(starts);
  }

  /** First half of `apply`, before anybody takes over the paths of tags that services no longer bring. */
  withdrawTags(changes: readonly ServiceChange[]): void {
    const { tagSpace, registry } = this.#deps;
    for (const change of changes) {
      if (change.kind === 'add') continue;
      tagSpace.withdraw(change.serviceId, change.kind === 'remove' ? [] : tagsOfService(change.next, registry));
    }
  }

  /**
   * Carries out what a plan says about services; never rejects. A third party's service that has not started within a few seconds goes on
   * starting by itself.
   */
  async apply(changes: readonly ServiceChange[], generation: number): Promise<readonly ServiceStepFailure[]> {
    this.#generation = generation;
    const removals = changes.filter((change) => change.kind === 'remove');
    const rest = changes.filter((change) => change.kind !== 'remove');
    const failures = rest.flatMap((change) => this.#adopted(change));
    await Promise.all(removals.map(async ({ serviceId }) => await this.#remove(serviceId)));
    const outcomes = await Promise.all(rest.map(async (change) => await this.#carryOut(change)));
    return [...failures, ...outcomes.flatMap((outcome) => outcome ?? [])];
  }

  /** An operator's wish. Throws kind `config` for an unknown service. */
  async restart(serviceId: string): Promise<StandingService> {
    const resident = this.#resident(serviceId);
    this.#deps.logger.info(`restart of service ${serviceId} asked for`, { serviceId });
    await resident.home.restart();
    return factsOf(resident);
  }

  /** Rejects with a GatewayError, kind `config` for an unknown service. */
  async request(serviceId: string, name: string, body: unknown, origin: Origin): Promise<unknown> {
    return await this.#resident(serviceId).home.request(name, body, origin);
  }

  /** Resolves when nothing of any service is left. */
  async stop(): Promise<void> {
    await Promise.all([...this.#residents.values()].map(async ({ home }) => await home.stop()));
    for (const { listening } of this.#residents.values()) listening.dispose();
  }

  #add(service: PlantService, before?: ServiceHome): Resident {
    const { refusal } = service;
    const known = this.#deps.registry.get(service.use ?? service.name);
    const definition = refusal === undefined ? known : refusedService(service.name, known, refusal);
    if (!definition) throw new TypeError(`service ${service.name} passed validation but is not registered`);
    const { makeHome, portOf, supervision, observer, clock } = this.#deps;
    const home = makeHome(refusal === undefined ? service.isolation : 'in-process', {
      id: service.id,
      definition,
      port: definition.port && portOf(definition.port.option),
      supervision,
      ...(before && { history: before.history }),
      generation: () => this.#generation,
    });
    const listening = new DisposableStack();
    const standing: Standing = { state: home.facts.state, sinceMs: clock.wallMs() };
    listening.use(
      home.onChange(() => {
        const { facts } = home;
        if (facts.state !== standing.state) Object.assign(standing, { state: facts.state, sinceMs: clock.wallMs() });
        observer.changed(facts);
      }),
    );
    listening.use(home.onLoss((loss) => observer.lost(loss)));
    const resident = { service, definition, home, standing, listening };
    this.#residents.set(service.id, resident);
    return resident;
  }

  #adoptTags(service: PlantService): void {
    const { tagSpace, registry } = this.#deps;
    tagSpace.adopt(service.id, tagsOfService(service, registry));
  }

  #adopted(change: Exclude<ServiceChange, { kind: 'remove' }>): readonly ServiceStepFailure[] {
    const { serviceId } = change;
    try {
      this.#adoptTags(change.kind === 'add' ? change.service : change.next);
      return [];
    } catch (error) {
      return [{ serviceId, message: toGatewayError(error).message }];
    }
  }

  async #remove(serviceId: string): Promise<void> {
    const { home, listening } = this.#resident(serviceId);
    await home.stop('configuration');
    listening.dispose();
    this.#residents.delete(serviceId);
    this.#deps.observer.removed(serviceId);
  }

  async #carryOut(change: Exclude<ServiceChange, { kind: 'remove' }>): Promise<ServiceStepFailure | undefined> {
    const { serviceId } = change;
    try {
      const home = change.kind === 'add' ? await this.#begin(change.service) : await this.#change(change.next);
      const { state, reason } = home.facts;
      return state === 'Faulted'
        ? { serviceId, message: `${serviceId} did not start: ${reason ?? 'for no known reason'}` }
        : undefined;
    } catch (error) {
      return { serviceId, message: toGatewayError(error).message };
    }
  }

  async #begin(service: PlantService): Promise<ServiceHome> {
    const resident = this.#add(service);
    await this.#patiently(service, this.#started(resident));
    return resident.home;
  }

  /** Who stops a service, or changes it again, meanwhile ends what is no longer waited for here. */
  async #patiently({ id: serviceId, use }: PlantService, work: Promise<void>): Promise<void> {
    if (use === null) return await work;
    const { clock, logger } = this.#deps;
    const done = new AbortController();
    const patience = delay(clock, thirdPartyPatienceMs, done.signal).then(
      () => logger.info(`service ${serviceId} is still starting; nothing waits for it any longer`, { serviceId }),
      () => undefined,
    );
    await Promise.race([work.finally(() => done.abort()), patience]);
  }

  /** Another place or another wish to run is a new home; other settings are the home's own business. */
  async #change(next: PlantService): Promise<ServiceHome> {
    const { service, home, listening } = this.#resident(next.id);
    if (service.isolation !== next.isolation) {
      await home.stop('configuration');
      listening.dispose();
      const resident = this.#add(next, home);
      await this.#patiently(next, this.#started(resident));
      return resident.home;
    }
    this.#residents.set(next.id, { ...this.#resident(next.id), service: next });
    if (!next.enabled) await home.stop('configuration');
    else if (service.enabled) await this.#patiently(next, home.apply(next.settings));
    else await this.#patiently(next, home.start(next.settings));
    return home;
  }

  #started({ service, home }: Resident): Promise<void> {
    const start = this.#starts.get(home) ?? (service.enabled ? home.start(service.settings) : Promise.resolve());
    this.#starts.set(home, start);
    return start;
  }

  #resident(serviceId: string): Resident {
    const resident = this.#residents.get(serviceId);
    if (resident) return resident;
    throw new GatewayError({ code: 'SERVICE_UNKNOWN', kind: 'config', message: `no service has the id ${serviceId}` });
  }
}

function factsOf({ home, standing, definition: { title } }: Resident): StandingService {
  return { ...home.facts, title, stateSinceMs: standing.sinceMs };
}
