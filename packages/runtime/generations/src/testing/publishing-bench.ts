import {
  AuthorityLink,
  EmbeddedAuthority,
  type Author,
  type ConfigAuthority,
  type SiteAuthority,
} from '@fieldwarden/authority';
import {
  editPlantText,
  loadPlantDocument,
  loadPlantText,
  planApply,
  textDigest,
  type PlantDocument,
} from '@fieldwarden/config';
import { GatewayError, systemClock } from '@fieldwarden/core';
import { defineDriver, DriverRegistry } from '@fieldwarden/driver';
import { ServiceRegistry } from '@fieldwarden/service';
import { SnapshotStore } from '@fieldwarden/snapshots';
import { collectingLogger, temporaryDirectory } from '@fieldwarden/testkit';
import { z } from 'zod';
import type { ApplyPlan } from '@fieldwarden/config';
import type { Boot } from '../boot.js';
import { boot, type BootFile, type BootRequest, type RefusedFile } from '../boot.js';
import { DocumentRefused } from '../generation-errors.js';
import { Generations, type GenerationsObserver } from '../generations.js';
import type { PlantCheck, PlantTextEdit, RunningVersion } from '../ports.js';

export const ada: Author = { name: 'ada', via: 'cli', correlationId: 'c-1' };

/** A plant with one driver and one tag. */
export function plantOf(address = '1', site = 'lab'): PlantDocument {
  const tags = [{ path: 'line/speed', address, dataType: 'float64' as const }];
  return { version: 1, site, drivers: [{ id: 'sim', type: 'sample', devices: [{ id: 'm', tags }] }] };
}

/** `refused`: addresses that a newer version of the type knows no more. */
function sampleType(refused: ReadonlySet<string>) {
  return defineDriver({
    type: 'sample',
    version: '1.0.0',
    tier: 'A',
    entry: import.meta.url,
    options: z.strictObject({ host: z.string().optional(), port: z.number().optional() }),
    deviceOptions: z.strictObject({}),
    address: (text) => {
      if (!refused.has(text)) return text;
      throw new GatewayError({ code: 'SAMPLE_ADDRESS', kind: 'config', message: `there is no ${text} any more` });
    },
    create: () => ({ close: () => Promise.resolve() }),
  });
}

const place = { baseDir: '/', secretFolders: [], modules: { folders: [] } };

/** A home directory with a real authority and real snapshots; what is applied is only written down. */
export class PublishingBench implements AsyncDisposable {
  readonly snapshots: SnapshotStore;
  readonly authority: EmbeddedAuthority;
  readonly site: SiteAuthority;
  readonly applied: { plan: ApplyPlan; next: RunningVersion }[] = [];
  readonly told: string[] = [];
  /** What the authority does to whoever asks. */
  away: Error | undefined;
  /** Addresses that are refused from now on. */
  readonly refusedAddresses = new Set<string>();
  readonly link: AuthorityLink;
  readonly #home: AsyncDisposable;
  readonly #catalogue = { drivers: new DriverRegistry(), services: new ServiceRegistry() };
  readonly logger = collectingLogger();

  private constructor(home: AsyncDisposable, snapshots: SnapshotStore, authority: EmbeddedAuthority) {
    this.#home = home;
    this.snapshots = snapshots;
    this.authority = authority;
    this.site = authority.site('lab');
    this.#catalogue.drivers.register(sampleType(this.refusedAddresses));
    this.link = this.#link();
  }

  static async open(): Promise<PublishingBench> {
    const home = await temporaryDirectory();
    const options = { home: home.path, clock: systemClock, logger: collectingLogger() };
    const snapshots = await SnapshotStore.open({ ...options, site: 'lab', product: 'test' });
    return new PublishingBench(home, snapshots, await EmbeddedAuthority.open(options));
  }

  readonly check: PlantCheck = async (source) => {
    const at = { ...place, ...(source.ranBefore && { ranBefore: true }) };
    if (!('text' in source)) return await loadPlantDocument(source.document, at, this.#catalogue);
    const { text } = source;
    const checked = await loadPlantText(text, place, this.#catalogue);
    return checked.document ? { ...checked, source: { text, sha256: textDigest(text) } } : checked;
  };

  readonly edit: PlantTextEdit = (text, document) => Promise.resolve(editPlantText(text, document));

  async boot(request: BootRequest = {}): Promise<Boot> {
    return await boot(this.#parts(), request);
  }

  /** A plant file as it was read and checked. */
  async file(written: PlantDocument | string, path = '/etc/plant.yaml'): Promise<BootFile> {
    const text = typeof written === 'string' ? written : JSON.stringify(written);
    const { plant, document, findings } = await this.check({ text });
    if (!plant || !document) throw new TypeError(JSON.stringify(findings));
    return { name: 'plant.yaml', path, source: { text, sha256: textDigest(text) }, document, plant, findings };
  }

  /** One that is not accepted. */
  async refusedFile(written: PlantDocument | string, path = '/etc/plant.yaml'): Promise<RefusedFile> {
    const text = typeof written === 'string' ? written : JSON.stringify(written);
    const { findings } = await this.check({ text });
    const refusal = new DocumentRefused('plant.yaml', findings);
    return { name: 'plant.yaml', path, sha256: textDigest(text), refusal, findings };
  }

  async running(document: PlantDocument | string = plantOf()): Promise<Generations> {
    return this.generations(await this.boot({ file: await this.file(document) }));
  }

  generations(from: Boot): Generations {
    const generations = new Generations(
      {
        ...this.#parts(),
        clock: systemClock,
        planner: (old, next) => Promise.resolve(planApply(old.plant, next.plant, this.#catalogue)),
        plant: () => Promise.resolve(this.applied.at(-1)?.next.plant ?? from.running.plant),
        apply: async (plan, next) => {
          this.applied.push({ plan, next });
          return await Promise.resolve([]);
        },
        observer: this.#observer(),
      },
      from,
    );
    this.link.followedBy(generations);
    return generations;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.close();
    await this.authority.close();
    await this.#home[Symbol.asyncDispose]();
  }

  #parts() {
    const { snapshots, link: authority, check, logger } = this;
    return { site: 'lab', snapshots, authority, check, edit: this.edit, logger };
  }

  #observer(): GenerationsObserver {
    return {
      applied: ({ generation }, _plan, _failures, published) => {
        this.told.push(`${published ? 'published' : 'followed'} ${generation}`);
      },
      refused: (reason) => this.told.push(`refused: ${reason}`),
      held: (reason) => this.told.push(reason === undefined ? 'released' : 'held'),
    };
  }

  #link(): AuthorityLink {
    return new AuthorityLink({
      site: 'lab',
      open: () => Promise.resolve(this.#reached()),
      clock: systemClock,
      random: () => 0,
      logger: this.logger,
      readRetries: 0,
    });
  }

  /** The authority through a wire that can be cut. */
  #reached(): ConfigAuthority {
    const site = new Proxy(this.site, {
      get: (target, name: keyof SiteAuthority) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...arguments_: never[]) => {
          if (this.away) throw this.away;
          return await (member as (this: SiteAuthority, ...rest: never[]) => Promise<unknown>).apply(
            target,
            arguments_,
          );
        };
      },
    });
    return {
      kind: 'embedded',
      sites: () => this.authority.sites(),
      site: () => site,
      close: () => this.authority.close(),
    };
  }
}
