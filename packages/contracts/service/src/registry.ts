import { GatewayError } from '@fieldwarden/core';
import { importModule } from '@fieldwarden/core/import-module';
import { serviceIsolations, type ServiceDefinition } from './define-service.js';

/** Fields that every section has beside its own: whether, where, and how much it matters. */
export const commonServiceFields = ['enabled', 'isolation', 'critical'] as const;

/** Every service that the gateway knows, in the order in which they start. */
export class ServiceRegistry {
  /** Third parties' under what the plant document calls them: a path or a package. */
  readonly #byName = new Map<string, ServiceDefinition>();

  /** Refuses, with kind `config`, a definition that breaks an invariant of SPEC §16.1. */
  register<Settings>(definition: ServiceDefinition<Settings>): void {
    const { name, section, entry, schema, isolation } = definition;
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(name ?? '')) {
      throw refusal('SERVICE_NAME', `service ${JSON.stringify(name)} is not named by lower-case letters, digits and -`);
    }
    if (typeof entry !== 'string' || !entry.startsWith('file:')) throw withoutEntry(name);
    if (!serviceIsolations.includes(isolation)) {
      throw refusal(
        'SERVICE_ISOLATION',
        `service ${name} does not say where it runs (${serviceIsolations.join(', ')})`,
      );
    }
    const taken = commonServiceFields.find((field) => field in schema.shape);
    if (taken) throw refusal('SERVICE_FIELD', `service ${name} has a field ${taken}, which every section has already`);
    if (definition.inProcessOnly === true && isolation !== 'in-process') {
      throw refusal('SERVICE_ISOLATION', `service ${name} can run in-process only, and says ${isolation}`);
    }
    if (definition.tags && definition.inProcessOnly !== true) {
      throw refusal('SERVICE_ISOLATION', `service ${name} brings tags, and does not say inProcessOnly`);
    }
    if (definition.rows !== undefined && !(definition.rows in schema.shape)) {
      throw refusal('SERVICE_ROWS', `service ${name} has no field ${definition.rows} for the rows of its section`);
    }
    if (this.#byName.has(name)) throw refusal('SERVICE_TWICE', `service ${name} is registered twice`);
    if (section !== null && this.ofSection(section)) {
      throw refusal('SERVICE_SECTION_TWICE', `section ${section} belongs to two services`);
    }
    this.#byName.set(name, definition);
  }

  /** A third party's, known as `use` and always in a Host (SPEC §16.4), whatever it says of itself. */
  registerThirdParty(use: string, definition: ServiceDefinition): void {
    const { name, entry, schema } = definition;
    if (typeof (schema as { safeParse?: unknown } | undefined)?.safeParse !== 'function') {
      throw refusal('SERVICE_WITHOUT_SCHEMA', `service ${name} has no zod schema \`schema\``);
    }
    if (typeof entry !== 'string' || !entry.startsWith('file:')) throw withoutEntry(name);
    this.#byName.set(use, { ...bound(definition), section: null, isolation: 'host', inProcessOnly: false });
  }

  get(name: string): ServiceDefinition | undefined {
    return this.#byName.get(name);
  }

  ofSection(section: string): ServiceDefinition | undefined {
    return this.all().find((definition) => definition.section === section);
  }

  all(): readonly ServiceDefinition[] {
    return [...this.#byName.values()];
  }
}

/** Imports a module and returns its default export if that is a service. Used by a Host and for third parties. */
export async function loadServiceModule(url: string): Promise<ServiceDefinition> {
  let module: { default?: unknown };
  try {
    module = await importModule(url, import.meta.url);
  } catch (cause) {
    const message = `service module ${url} could not be loaded`;
    throw new GatewayError({ code: 'SERVICE_NOT_LOADED', kind: 'config', message, cause });
  }
  const definition = module.default as Partial<ServiceDefinition> | undefined;
  if (typeof definition?.create !== 'function' || typeof definition.name !== 'string') {
    throw refusal('SERVICE_NOT_DEFINED', `${url} has no service as its default export; use defineService`);
  }
  return definition as ServiceDefinition;
}

/** A copy whose functions still have their definition for `this`. */
function bound(definition: ServiceDefinition): ServiceDefinition {
  return {
    ...definition,
    ...(definition.check && { check: (settings, plant) => definition.check!(settings, plant) }),
    ...(definition.changesLive && { changesLive: (before, after) => definition.changesLive!(before, after) }),
    ...(definition.preload && { preload: async () => await definition.preload!() }),
    create: (context) => definition.create(context),
  };
}

function withoutEntry(name: string): GatewayError {
  const message = `service ${name} has no module that a Host can load; set entry: import.meta.url`;
  return refusal('SERVICE_WITHOUT_HOST_ENTRY', message);
}

function refusal(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message });
}
