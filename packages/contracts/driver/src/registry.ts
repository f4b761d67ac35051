import { GatewayError, messageOf } from '@fieldwarden/core';
import { importModule } from '@fieldwarden/core/import-module';
import { tiers, type DriverDefinition } from './define-driver.js';

/** Every driver type the gateway knows, by name. */
export class DriverRegistry {
  readonly #byType = new Map<string, DriverDefinition>();

  /** Refuses, with kind `config`, a definition that breaks an invariant of SPEC §3.1. */
  register<O, D, A>(definition: DriverDefinition<O, D, A>): void {
    const { type } = definition;
    if (!/^[a-z][a-z0-9-]{0,39}$|^[.@/a-zA-Z0-9_-]+$/.test(type ?? '')) {
      throw refusal('DRIVER_TYPE_NAME', `driver type ${JSON.stringify(type)} is not a name`);
    }
    if (!tiers.includes(definition.tier)) {
      throw refusal('DRIVER_WITHOUT_TIER', `driver type ${type} does not say its tier (one of ${tiers.join(', ')})`);
    }
    if (typeof definition.entry !== 'string' || !definition.entry.startsWith('file:')) {
      throw refusal(
        'DRIVER_WITHOUT_HOST_ENTRY',
        `driver type ${type} has no module that a Host can load; set entry: import.meta.url`,
      );
    }
    if (this.#byType.has(type)) throw refusal('DRIVER_TYPE_TWICE', `driver type ${type} is registered twice`);
    this.#byType.set(type, definition);
  }

  /** A third party's, known as the plant document names it and always tier C; replaces what was known of it before. */
  registerThirdParty(definition: DriverDefinition): void {
    const { type } = definition;
    this.#byType.delete(type);
    this.register({ ...definition, tier: 'C' });
  }

  get(type: string): DriverDefinition | undefined {
    return this.#byType.get(type);
  }

  types(): readonly DriverDefinition[] {
    return [...this.#byType.values()];
  }
}

/**
 * Imports a module and returns its default export if that is a driver definition. Used by a Host for its entry and by the
 * gateway for third-party drivers.
 */
export async function loadDriverModule(url: string): Promise<DriverDefinition> {
  let module: { default?: unknown };
  try {
    module = await importModule(url, import.meta.url);
  } catch (error) {
    throw new GatewayError({
      code: 'DRIVER_NOT_LOADED',
      kind: 'config',
      message: `driver module ${url} could not be loaded: ${messageOf(error)}`,
      cause: error,
    });
  }
  const definition = module.default as Partial<DriverDefinition> | undefined;
  if (typeof definition?.create !== 'function' || typeof definition.type !== 'string') {
    throw refusal('DRIVER_NOT_DEFINED', `${url} has no driver definition as its default export; use defineDriver`);
  }
  return definition as DriverDefinition;
}

function refusal(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message });
}
