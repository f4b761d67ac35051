import { AuthorityLink, openAuthority, type AuthorityState, type GenerationSummary } from '@fieldwarden/authority';
import { planApply, withAlikeDrivers, type Catalogue } from '@fieldwarden/config';
import type { Clock, Logger } from '@fieldwarden/core';
import {
  boot,
  Generations,
  type Boot,
  type DriverOption,
  type GenerationsObserver,
  type GenerationsDependencies,
  type PlantCheck,
  type PlantTextEdit,
} from '@fieldwarden/generations';
import { SnapshotStore } from '@fieldwarden/snapshots';
import type { ConfigurationFacts } from '../status/gateway-facts.js';
import { version } from '../version.js';
import { findSite } from './find-site.js';
import type { PlantFile } from './plant-file.js';
import { explainRefusal } from './refused-start.js';

export interface ConfigurationDependencies {
  readonly home: string;
  /** `FIELDWARDEN_CONFIG_URL`; undefined = the store in the home directory. */
  readonly url: string | undefined;
  readonly catalogue: Catalogue;
  readonly check: PlantCheck;
  readonly edit: PlantTextEdit;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

export interface StartRequest {
  readonly file: PlantFile | undefined;
  /** Publishes the file also if it has not changed since it was last published. */
  readonly force: boolean;
  readonly driverOptions: readonly DriverOption[];
  readonly site: string | undefined;
  readonly generation: number | undefined;
}

/** `boot` holds the whole plant: nobody keeps it longer than the start takes. */
export interface OpenedConfiguration {
  readonly configuration: Configuration;
  readonly boot: Boot;
}

/** The configuration of this gateway: found at the start, then followed, changed and shown. */
export class Configuration {
  readonly site: string;
  readonly #deps: ConfigurationDependencies;
  readonly #snapshots: SnapshotStore;
  readonly #link: AuthorityLink;
  /** What was found at the start. */
  readonly #booted: GenerationSummary;
  /** Undefined until `begin`. */
  #generations: Generations | undefined;

  private constructor({ site, snapshots, link }: Stores, deps: ConfigurationDependencies, booted: GenerationSummary) {
    this.site = site;
    this.#deps = deps;
    this.#snapshots = snapshots;
    this.#link = link;
    this.#booted = booted;
  }

  /** Finds what to run and seals it. Rejects with kind `config` when there is nothing that may run. */
  static async open(deps: ConfigurationDependencies, request: StartRequest): Promise<OpenedConfiguration> {
    const stores = await openStores(deps, request);
    const { site, snapshots, link } = stores;
    try {
      const { check, edit, logger } = deps;
      const { file, force, driverOptions, generation } = request;
      const found = await boot(
        { site, snapshots, authority: link, check, edit, logger },
        {
          ...(file && { file }),
          ...(force && { force }),
          driverOptions,
          ...(generation !== undefined && { generation }),
        },
      );
      return { configuration: new Configuration(stores, deps, found.running.summary), boot: found };
    } catch (error) {
      const explained = await explainRefusal(error, link, snapshots.directory);
      await link.close();
      throw explained;
    }
  }

  facts(): ConfigurationFacts {
    const { kind, reachable, usingStale } = this.#link.state;
    const { generation } = this.#generations?.running ?? this.#booted;
    return {
      generation,
      usingStaleConfig: usingStale,
      authority: kind ?? (this.#deps.url === undefined ? 'embedded' : 'postgres'),
      authorityReachable: reachable,
    };
  }

  /** From now on it can be changed, and what others publish is followed. Once. */
  begin(
    from: Boot,
    drivers: Pick<GenerationsDependencies, 'apply' | 'plant'>,
    observer: GenerationsObserver,
  ): Generations {
    const { catalogue, check, edit, clock, logger } = this.#deps;
    const generations = new Generations(
      {
        site: this.site,
        snapshots: this.#snapshots,
        authority: this.#link,
        check,
        edit,
        planner: async (old, next) => {
          const context = { ...catalogue, written: { old: old.document, next: next.document } };
          return planApply(await withAlikeDrivers(old.plant, next.plant, context), next.plant, context);
        },
        ...drivers,
        clock,
        logger,
        observer,
      },
      from,
    );
    this.#generations = generations;
    this.#link.followedBy(generations);
    void this.#link.start();
    return generations;
  }

  /** Called when the authority is lost, comes back, or tells another story. */
  onAuthorityChange(listener: (state: AuthorityState) => void): Disposable {
    return this.#link.onChange(listener);
  }

  /** Resolves when nothing of it is open any more. Never rejects. */
  async close(): Promise<void> {
    await this.#link.close();
  }
}

/** Where generations are sealed, and where they are published. */
interface Stores {
  readonly site: string;
  readonly snapshots: SnapshotStore;
  readonly link: AuthorityLink;
}

async function openStores(
  { home, url, clock, random, logger }: ConfigurationDependencies,
  { file, site: asked }: StartRequest,
): Promise<Stores> {
  const open = async () => await openAuthority({ url, home, clock, logger });
  const site = await findSite({ asked, inFile: file?.site, home, openAuthority: open });
  const snapshots = await SnapshotStore.open({ home, site, logger, clock, product: `fieldwarden ${version}` });
  return { site, snapshots, link: new AuthorityLink({ site, open, clock, random, logger }) };
}
