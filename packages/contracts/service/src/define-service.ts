import type { ZodObject, ZodRawShape } from 'zod';
import type { PlantFacts, ServiceFinding } from './plant-facts.js';
import type { ServiceContext } from './service-context.js';
import type { Service } from './service.js';
import type { ServiceTag } from './service-tag.js';

/** Where a service runs: in the gateway's process, or in a process of its own (SPEC §16.4). */
export const serviceIsolations = ['in-process', 'host'] as const;

export type ServiceIsolation = (typeof serviceIsolations)[number];

/**
 * All that a service is (SPEC §16.1): any capability of the gateway that is not a driver. One folder or one file, with the definition as
 * its default export:
 *
 * ```ts
 * export default defineService({
 *   name: 'acme', title: 'Acme outlet', version: '1.0.0', section: null, entry: import.meta.url, isolation: 'host',
 *   schema: z.strictObject({ file: z.string().describe('File that changed tags are appended to.') }),
 *   create: (context) => new AcmeOutlet(context),
 * });
 * ```
 */
export interface ServiceDefinition<Settings = unknown> {
  /** `opcua`, `modbus-server`: lower-case letters, digits, `-`. The id of its only instance; the `type` of every instance. */
  readonly name: string;
  /** What people call it: `OPC UA server`. */
  readonly title: string;
  readonly version: string;
  /**
   * Field of the plant document that holds its settings: `opcua`, `modbusServer`. Null for a third party's, whose settings stand under
   * `services[].options`.
   */
  readonly section: string | null;
  /** `import.meta.url` of the module whose default export is this definition: what a Host loads. */
  readonly entry: string;
  /**
   * Of the settings, a strict object. Every field has a description, unit, range, default and example. `enabled`, `isolation` and
   * `critical` are added to every section and must not be among them.
   */
  readonly schema: ZodObject<ZodRawShape>;
  /** Where it runs unless the plant says otherwise. Third parties' always `host` (SPEC §16.4). */
  readonly isolation: ServiceIsolation;
  /** It answers at a desk, defines alarms or brings tags, so a plant can't put it into a Host. */
  readonly inProcessOnly?: boolean;
  /**
   * The section is a list, without fields of its own beside: `alarms: [{ id: … }, …]`. The settings hold it in this field, an array of
   * the schema: `conditions`. Paths of findings begin with it.
   */
  readonly rows?: string;
  /** A plant without the section has no such service (`absent`, the default), or one with the defaults of the schema (`defaults`). */
  readonly withoutSection?: 'absent' | 'defaults';
  /** A section may also be a list of objects, each with an `id`. Default: one object, one instance. */
  readonly mayRepeat?: boolean;
  /** The port that it listens on, where the command line may choose it. */
  readonly port?: ServicePort;
  /** Field of `GET /status` that shows what `status` returns, or null while there is no instance: `opcua`. */
  readonly statusField?: string;
  /** What of it that field shows; default: all. A list of it where several instances run (`mayRepeat`). */
  readonly statusFieldKeys?: readonly string[];
  /**
   * Tags that these settings bring, which fit the schema: unique among all tags of the document, and known to the rules of all services. The
   * gateway defines them; the service gives them values (`context.within.ownTags`). Pure. Only with `inProcessOnly`.
   */
  tags?(settings: Settings): readonly ServiceTag[];
  /** Rules beyond the schema, over settings that fit it. Pure; runs where documents are validated. */
  check?(settings: Settings, plant: PlantFacts): readonly ServiceFinding[];
  /** Rules over all enabled instances of the document, each of which fits the schema. The first step of a finding's path is the instance's index. Pure. */
  checkTogether?(instances: readonly ServiceSettings<Settings>[], plant: PlantFacts): readonly ServiceFinding[];
  /** Whether a running instance can take these settings over by `apply`. Pure. Default: it starts anew. */
  changesLive?(before: Settings, after: Settings): boolean;
  /** What those who use it notice, for the plan that is shown before publishing. */
  readonly disturbance?: ServiceDisturbance;
  /**
   * Loads modules that take long to load: in-process before the first scan, which must not wait for them; in a Host while the tags arrive.
   */
  preload?(): Promise<void>;
  /** No I/O. What can fail here is only a bug. */
  create(context: ServiceContext<Settings>): Service<Settings>;
}

export interface ServiceSettings<Settings = unknown> {
  readonly id: string;
  readonly settings: Settings;
}

/** In words that follow `it starts anew, and …` and `it stops, and …`. */
export interface ServiceDisturbance {
  /** `its clients have to connect again`. */
  readonly restart: string;
  /** `its clients lose their sessions`. */
  readonly stop: string;
}

/** The names under which the command line, the environment and `run.json` know a service's port (INTERFACES §2). */
export interface ServicePort {
  /** `opcua-port`: the flag `--opcua-port`. */
  readonly option: string;
  /** `FIELDWARDEN_OPCUA_PORT`. */
  readonly variable: string;
  /** `opcuaPort` in `run.json`. */
  readonly runFileField: string;
  /** When neither the command line nor the settings' `port` says another. */
  readonly defaultPort: number;
}

/** Gives the definition its types; the checks are made at registration. */
export function defineService<Settings>(definition: ServiceDefinition<Settings>): ServiceDefinition<Settings> {
  return definition;
}
