import { z } from 'zod';
import type { DriverUse } from '../rules/judge-options.js';

/** What is said to the process in which a third party's module runs for the time of one check, and what it answers: lines of JSON. */

/** First line: which module. */
export interface ModuleToLoad {
  readonly url: string;
  readonly what: 'driver' | 'service';
}

/** Second line: how the document uses it. */
export type ModuleUses =
  | { readonly what: 'driver'; readonly uses: readonly DriverUse[] }
  | {
      readonly what: 'service';
      readonly uses: readonly { readonly settings: unknown; readonly enabled: boolean }[];
      /** For rules over the plant; only where the module has some. */
      readonly plant: PlantAsData | null;
    };

export interface PlantAsData {
  readonly site: string;
  /** Path, data type as written for clients, access. */
  readonly tags: readonly (readonly [path: string, type: string, access: 'read-only' | 'read-write'])[];
}

const schemaAsData = z.record(z.string(), z.unknown()).nullable();
const name = z.string().min(1).max(200);

const describedDriver = z.object({
  what: z.literal('driver'),
  version: name,
  mayOverlap: z.boolean(),
  liveDevices: z.boolean(),
  /** JSON Schema; null: it has no such form. */
  options: schemaAsData,
  deviceOptions: schemaAsData,
  /** Absent: tags have no options. */
  tagOptions: schemaAsData.optional(),
});

const describedService = z.object({
  what: z.literal('service'),
  name,
  title: name,
  version: name,
  schema: schemaAsData,
  /** Which of its functions are there: they run in its Host, or in a process as this one. */
  hasRules: z.boolean(),
  changesLive: z.boolean(),
  disturbance: z.object({ restart: z.string().max(500), stop: z.string().max(500) }).nullable(),
});

/** First answer. All that the gateway keeps of a module. */
export const moduleDescription = z.discriminatedUnion('what', [describedDriver, describedService]);
export type ModuleDescription = z.output<typeof moduleDescription>;
export type DescribedDriver = z.output<typeof describedDriver>;
export type DescribedService = z.output<typeof describedService>;

const found = z.array(
  z.object({
    path: z.array(z.union([z.string().max(1_000), z.number()])).max(64),
    rule: z.string().min(1).max(64),
    message: z.string().max(1_000),
    severity: z.enum(['error', 'warning']),
  }),
);

const judgedOptions = z.object({ output: z.unknown().optional(), found });

const judgedDriver = z.object({
  options: judgedOptions,
  devices: z.array(
    z.object({
      options: judgedOptions,
      addresses: z.array(z.string().max(1_000).nullable()),
      tagOptions: z.array(judgedOptions).optional(),
    }),
  ),
  own: found,
});

/** Second answer, in the order of the uses. */
export const driverVerdicts = z.array(judgedDriver);
export const serviceVerdicts = z.array(judgedOptions);

/** Either answer may be this instead. */
export const moduleFailure = z.object({ failed: z.string() });
