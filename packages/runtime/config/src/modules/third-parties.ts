import { formatDataType } from '@fieldwarden/core';
import type { Finding } from '@fieldwarden/gateway-contract';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../document/catalogue.js';
import { isRecord } from '../document/schema-walk.js';
import { Findings, type FieldPath, type Locate } from '../rules/findings.js';
import { isBelow } from '../rules/folders.js';
import type { DriverUse, JudgedDriver, JudgedOptions, UsedTag } from '../rules/judge-options.js';
import { plantFacts } from '../rules/plant-facts.js';
import { serviceTagsOf } from '../rules/service-tags.js';
import type { SecretResolver } from '../rules/secrets.js';
import { asDriver, asService, type ThirdPartyModule } from './described.js';
import type { ModuleToLoad, PlantAsData } from './module-messages.js';
import { ModuleProcess } from './module-process.js';
import { isPath, loadFailure, moduleUrl } from './module-url.js';

/** From where, and whether at all, third parties' modules are loaded for a check. */
export interface ModuleAccess {
  /** The operator named them: nothing else is loaded, links resolved. */
  readonly folders: readonly string[];
  /** URLs of modules that run already, wherever they lie; `all`: of a document that was published before. Default: none. */
  readonly trusted?: 'all' | readonly string[];
}

/** What third parties' modules say of a document. */
export interface ThirdPartyVerdicts {
  /** By position in the document. */
  readonly drivers: ReadonlyMap<number, JudgedDriver>;
  readonly services: ReadonlyMap<number, JudgedOptions>;
  /** Of modules that could not be loaded. */
  readonly findings: readonly Finding[];
  readonly modules: readonly ThirdPartyModule[];
}

export interface ThirdPartyQuestion {
  readonly document: unknown;
  readonly baseDir: string;
  readonly access: ModuleAccess;
  /** Who asks may configure: for nobody else is code run, or a folder looked into. */
  readonly mayConfigure: boolean;
  /** Those that are loaded are registered here, as data. */
  readonly catalogue: Catalogue;
  readonly secrets: SecretResolver;
  readonly locate?: Locate | undefined;
}

/** Each has a process and up to 20 s. */
const maxModules = 20;

interface NamedModule extends ModuleToLoad {
  readonly name: string;
  /** Where the document names it first. */
  readonly path: FieldPath;
}

/**
 * Asks the third parties' modules that a document names (`type: ./drivers/acme.ts`, `use: ./acme.ts`, an installed package) what they are and
 * what they have against it, each in a throw-away process. A module that exits, loops or throws is a finding of rule `driver-not-loaded`
 * or `service-not-loaded`. A plain name that is no package is none: `validatePlant` says that there is no such type.
 */
export async function askThirdParties(question: ThirdPartyQuestion): Promise<ThirdPartyVerdicts> {
  const findings = new Findings(question.locate);
  const drivers = new Map<number, JudgedDriver>();
  const services = new Map<number, JudgedOptions>();
  const modules: ThirdPartyModule[] = [];
  const named = modulesOf(question, findings);
  for (const [count, module] of named.entries()) {
    const rule = `${module.what}-not-loaded`;
    const refusal =
      count >= maxModules
        ? `a document has at most ${maxModules} modules of third parties`
        : refusalOf(module, question.access);
    const failure = refusal ?? (await asked(module, question, { drivers, services }, modules));
    if (failure === undefined) continue;
    if (question.access.trusted !== 'all') findings.error(module.path, rule, failure);
    else {
      modules.push(standIn(module, question.catalogue));
      findings.warning(module.path, rule, `${failure}; what uses it is Faulted until it is mended, the rest runs`);
    }
  }
  return { drivers, services, findings: findings.list, modules };
}

/** Why it could not be asked; undefined if it could. */
async function asked(
  module: NamedModule,
  question: ThirdPartyQuestion,
  verdicts: Verdicts,
  modules: ThirdPartyModule[],
): Promise<string | undefined> {
  try {
    modules.push(await ask(module, question, verdicts));
    return undefined;
  } catch (error) {
    return loadFailure(error);
  }
}

/**
 * For a module of a document that ran before: somebody broke or lost it since. It costs what uses it, which fails in its Host with the
 * reason; a plant is not kept dark for it (SPEC §16.4).
 */
function standIn({ name, url: entry, what }: NamedModule, { drivers, services }: Catalogue): ThirdPartyModule {
  const version = 'unknown';
  if (what === 'driver') {
    const description = {
      what,
      version,
      mayOverlap: false,
      liveDevices: false,
      options: null,
      deviceOptions: null,
    } as const;
    if (!drivers.get(name)) drivers.registerThirdParty(asDriver(name, entry, description));
    return { name, entry, description };
  }
  const description = {
    what,
    name: 'unreadable',
    title: name,
    version,
    schema: null,
    hasRules: false,
    changesLive: false,
    disturbance: null,
  } as const;
  if (!services.get(name)) services.registerThirdParty(name, asService(entry, description));
  return { name, entry, description };
}

function modulesOf(
  { document, baseDir, catalogue, mayConfigure }: ThirdPartyQuestion,
  findings: Findings,
): readonly NamedModule[] {
  const found = new Map<string, NamedModule>();
  const look = (name: unknown, what: ModuleToLoad['what'], path: FieldPath): void => {
    if (typeof name !== 'string' || found.has(`${what} ${name}`)) return;
    if (what === 'driver' ? catalogue.drivers.get(name) : catalogue.services.get(name)) return;
    if (!mayConfigure) {
      // an unknown name of no file is told as one
      if (isPath(name)) findings.error(path, `${what}-not-loaded`, notForViewers(what));
      return;
    }
    try {
      const url = moduleUrl(name, baseDir);
      if (url !== undefined) found.set(`${what} ${name}`, { name, url, what, path });
    } catch (error) {
      findings.error(path, `${what}-not-loaded`, loadFailure(error));
    }
  };
  for (const [i, driver] of listIn(document, 'drivers').entries()) {
    if (isRecord(driver)) look(driver.type, 'driver', ['drivers', i, 'type']);
  }
  for (const [i, service] of listIn(document, 'services').entries()) {
    if (isRecord(service)) look(service.use, 'service', ['services', i, 'use']);
  }
  return [...found.values()];
}

function notForViewers(what: ModuleToLoad['what']): string {
  return `${what} modules are loaded only for who may configure; sign in as an engineer to check this document`;
}

function refusalOf({ url, what }: NamedModule, { folders, trusted = [] }: ModuleAccess): string | undefined {
  const file = fileURLToPath(url);
  let real: string;
  try {
    real = realpathSync(file);
  } catch {
    return `${what} module ${url} could not be loaded: there is no such file`;
  }
  if (trusted === 'all' || trusted.includes(url) || isBelow(real, folders)) return undefined;
  const where = folders.length === 0 ? 'no folder is named' : `those named are ${folders.join(', ')}`;
  return `${what} module ${file} could not be loaded: it is in no folder that the operator named for modules (${where}); put it there, or start the gateway with --drivers DIR`;
}

interface Verdicts {
  readonly drivers: Map<number, JudgedDriver>;
  readonly services: Map<number, JudgedOptions>;
}

async function ask(module: NamedModule, question: ThirdPartyQuestion, verdicts: Verdicts): Promise<ThirdPartyModule> {
  const { name, url: entry } = module;
  using process = new ModuleProcess(module, [...question.access.folders, dirname(realpathSync(fileURLToPath(entry)))]);
  const description = await process.describe();
  if (description.what === 'driver') {
    question.catalogue.drivers.registerThirdParty(asDriver(name, entry, description));
    const used = usesOf(question.document, 'drivers', 'type', name);
    const uses = used.map(([i, driver]) => driverUse(driver, i, question.secrets));
    const judged = await process.judge({ what: 'driver', uses });
    for (const [n, [i]] of used.entries()) verdicts.drivers.set(i, fitting(judged[n], uses[n]));
  } else {
    question.catalogue.services.registerThirdParty(name, asService(entry, description));
    const used = usesOf(question.document, 'services', 'use', name);
    const uses = used.map(([i, service]) => ({
      settings: question.secrets.resolve(service.options ?? {}, ['services', i, 'options'], new Findings()),
      enabled: service.enabled !== false,
    }));
    const plant = description.hasRules ? plantAsData(question.document, question.catalogue) : null;
    const judged = await process.judge({ what: 'service', uses, plant });
    for (const [n, [i]] of used.entries()) verdicts.services.set(i, judged[n] ?? { found: [] });
  }
  return { name, entry, description };
}

/** Whatever came back has a verdict for each device and tag. */
function fitting(judged: JudgedDriver | undefined, use: DriverUse): JudgedDriver {
  const devices = use.devices.map((_, i) => judged?.devices[i] ?? { options: { found: [] }, addresses: [] });
  return { options: judged?.options ?? { found: [] }, devices, own: judged?.own ?? [] };
}

type Used = readonly [position: number, owner: Readonly<Record<string, unknown>>];

function usesOf(document: unknown, list: string, field: string, name: string): readonly Used[] {
  return listIn(document, list).flatMap((owner, i): Used[] =>
    isRecord(owner) && owner[field] === name ? [[i, owner]] : [],
  );
}

/** Options with secrets resolved: the module judges what it will get. What does not resolve is told by the validation itself. */
function driverUse(driver: Readonly<Record<string, unknown>>, i: number, secrets: SecretResolver): DriverUse {
  const path = ['drivers', i];
  const devices = listIn(driver, 'devices').map((device) => (isRecord(device) ? device : {}));
  return {
    options: secrets.resolve(driver.options ?? {}, path, new Findings()),
    devices: devices.map((device) => ({
      options: secrets.resolve(device.options ?? {}, path, new Findings()),
      tags: listIn(device, 'tags').map(usedTag),
    })),
  };
}

function usedTag(tag: unknown): UsedTag {
  const { address, dataType, access, verify, options } = isRecord(tag) ? tag : {};
  return {
    ...(options !== undefined && { options }),
    ...((typeof address === 'string' || typeof address === 'number') && { address }),
    ...(typeof dataType === 'string' && { dataType }),
    ...((access === 'read-only' || access === 'read-write') && { access }),
    ...(typeof verify === 'boolean' && { verify }),
  };
}

function plantAsData(document: unknown, catalogue: Catalogue): PlantAsData {
  const facts = plantFacts(isRecord(document) ? document : {}, serviceTagsOf(document, catalogue), true);
  const tags = [...facts.paths()].flatMap((path): PlantAsData['tags'][number][] => {
    const tag = facts.tag(path);
    return tag ? [[path, formatDataType(tag.type), tag.access]] : [];
  });
  return { site: facts.site, tags };
}

function listIn(owner: unknown, field: string): readonly unknown[] {
  const list = isRecord(owner) ? owner[field] : undefined;
  return Array.isArray(list) ? list : [];
}
