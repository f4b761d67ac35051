import { messageOf, parseDataType } from '@fieldwarden/core';
import { closeInheritedFiles } from '@fieldwarden/core/close-inherited-files';
import { loadDriverModule, type DriverDefinition } from '@fieldwarden/driver';
import { loadServiceModule, type PlantFacts, type ServiceDefinition } from '@fieldwarden/service';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { z, type ZodType } from 'zod';
import { hasTagIn } from '../rules/plant-facts.js';
import { judgeDriver, judgeOptions, judgeSettings, type JudgedOptions } from '../rules/judge-options.js';
import type { DescribedDriver, DescribedService, ModuleToLoad, ModuleUses, PlantAsData } from './module-messages.js';

/** Entry of the process in which a third party's module is loaded for one check, and forgotten. `module-process.ts` starts and ends it. */
const answers = 3;

function answer(value: unknown): void {
  writeSync(answers, `${JSON.stringify(value)}\n`);
}

/** Only what is the same after a way as JSON crosses; of other options the Host's own schema makes the rest. */
function asData(judged: JudgedOptions, input: unknown): JudgedOptions {
  const { output, found } = judged;
  if (output === undefined) return { found };
  return { output: isData(output) ? output : input, found };
}

function isData(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isData);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  return isPlain && Object.values(value).every((field) => field === undefined || isData(field));
}

function schemaAsData(schema: ZodType): Record<string, unknown> | null {
  try {
    const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return json;
  } catch {
    return null;
  }
}

function isSchema(schema: unknown): boolean {
  return typeof (schema as { safeParse?: unknown } | undefined)?.safeParse === 'function';
}

function describeDriver(definition: DriverDefinition): DescribedDriver {
  for (const part of ['options', 'deviceOptions'] as const) {
    if (!isSchema(definition[part])) throw new Error(`the driver definition has no zod schema \`${part}\``);
  }
  const { tagOptions } = definition;
  if (tagOptions !== undefined && !isSchema(tagOptions))
    throw new Error('what the driver definition has as `tagOptions` is no zod schema');
  return {
    what: 'driver',
    version: definition.version,
    mayOverlap: definition.mayOverlap === true,
    liveDevices: definition.liveDevices === true,
    options: schemaAsData(definition.options),
    deviceOptions: schemaAsData(definition.deviceOptions),
    ...(tagOptions && { tagOptions: schemaAsData(tagOptions) }),
  };
}

function describeService(definition: ServiceDefinition): DescribedService {
  const { name, title, version, schema, disturbance } = definition;
  if (!isSchema(schema)) throw new Error(`service ${name} has no zod schema \`schema\``);
  return {
    what: 'service',
    name,
    title,
    version,
    schema: schemaAsData(schema),
    hasRules: definition.check !== undefined,
    changesLive: definition.changesLive !== undefined,
    disturbance: disturbance ?? null,
  };
}

function judgeService(
  definition: ServiceDefinition,
  { settings, enabled }: { readonly settings: unknown; readonly enabled: boolean },
  facts: PlantFacts,
): JudgedOptions {
  const judged = judgeOptions(definition.schema, settings, 'service-options', definition.title);
  const own = judged.output === undefined || !enabled ? [] : judgeSettings(definition, judged.output, facts);
  return asData({ ...judged, found: [...judged.found, ...own] }, settings);
}

function factsOf(plant: PlantAsData | null): PlantFacts {
  const tags = new Map(plant?.tags.map(([path, type, access]) => [path, { path, type: parseDataType(type)!, access }]));
  return {
    site: plant?.site ?? '',
    looksAtFiles: true,
    tag: (path) => tags.get(path),
    paths: () => tags.keys(),
    hasTagIn: (area) => hasTagIn(area, tags),
  };
}

/** A driver may repeat an address of any length. */
const maxFaultLength = 1_000;

type Judge = (uses: ModuleUses) => readonly unknown[];

async function load({ url, what }: ModuleToLoad): Promise<Judge> {
  if (what === 'driver') {
    const definition = await loadDriverModule(url);
    answer(describeDriver(definition));
    return ({ uses }) =>
      (uses as Extract<ModuleUses, { what: 'driver' }>['uses']).map((use) => {
        const { options, devices, own } = judgeDriver(definition, use, { looksAtFiles: true });
        const judgedDevices = devices.map((device, i) => ({
          addresses: device.addresses.map((fault) => fault?.slice(0, maxFaultLength) ?? null),
          options: asData(device.options, use.devices[i].options),
          tagOptions: device.tagOptions?.map((options, t) => asData(options, use.devices[i].tags[t].options ?? {})),
        }));
        return { options: asData(options, use.options), devices: judgedDevices, own };
      });
  }
  const definition = await loadServiceModule(url);
  answer(describeService(definition));
  return (asked) => {
    if (asked.what !== 'service') return [];
    const facts = factsOf(asked.plant);
    return asked.uses.map((use) => judgeService(definition, use, facts));
  };
}

let judge: Judge | undefined;

async function take(line: string): Promise<void> {
  if (!judge) judge = await load(JSON.parse(line) as ModuleToLoad);
  else answer(judge(JSON.parse(line) as ModuleUses));
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
}

closeInheritedFiles();
let last: Promise<unknown> = Promise.resolve();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    last = last.then(() => take(line)).catch((error: unknown) => answer({ failed: reasonOf(error) }));
  })
  .on('close', () => process.exit());
