import { AuthorityLink, openAuthority, type AuthorityState, type GenerationSummary } from '@fieldwarden/authority';
import { planApply, type Catalogue } from '@fieldwarden/config';
import type { Clock, Logger } from '@fieldwarden/core';
import {
  boot,
  Generations,
  type Boot,
  type GenerationsObserver,
  type GenerationsParts,
  type PlantCheck,
} from '@fieldwarden/generations';
import { SnapshotStore } from '@fieldwarden/snapshots';
import type { ConfigurationFacts } from '../status/gateway-facts.js';
import { version } from '../version.js';
import { findSite } from './find-site.js';
import type { PlantFile } from './plant-file.js';
import { explainRefusal } from './refused-start.js';

export interface ConfigurationParts {
  readonly home: string;
  /** `FIELDWARDEN_CONFIG_URL`; undefined = the store in the home directory. */
  readonly url: string | undefined;
  readonly catalogue: Catalogue;
  readonly check: PlantCheck;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

export interface StartRequest {
  readonly file: PlantFile | undefined;
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
  readonly #parts: ConfigurationParts;
  readonly #snapshots: SnapshotStore;
  readonly #link: AuthorityLink;
  readonly #live: Live;

  private constructor(opened: Opened, parts: ConfigurationParts) {
    this.site = opened.site;
    this.#parts = parts;
    this.#snapshots = opened.snapshots;
    this.#link = opened.link;
    this.#live = opened.live;
  }

  /** Finds what to run and seals it. Rejects with kind `config` when there is nothing that may run. */
  static async open(parts: ConfigurationParts, request: StartRequest): Promise<OpenedConfiguration> {
    const opened = await openBoth(parts, request);
    const { site, snapshots, link, live } = opened;
    try {
      const { check, logger } = parts;
      const { file, generation } = request;
      const found = await boot(
        { site, snapshots, authority: link, check, logger },
        { ...(file && { file }), ...(generation !== undefined && { generation }) },
      );
      const { summary } = found.running;
      live.summary = () => summary;
      return { configuration: new Configuration(opened, parts), boot: found };
    } catch (error) {
      const explained = await explainRefusal(error, link, snapshots.directory);
      await link.close();
      throw explained;
    }
  }

  facts(): ConfigurationFacts {
    const { kind, reachable, usingStale } = this.#link.state;
    return {
      generation: this.#live.summary()?.generation ?? null,
      usingStaleConfig: usingStale,
      authority: kind ?? (this.#parts.url === undefined ? 'embedded' : 'postgres'),
      authorityReachable: reachable,
    };
  }

  /** From now on it can be changed, and what others publish is followed. Once. */
  begin(from: Boot, drivers: Pick<GenerationsParts, 'apply' | 'plant'>, observer: GenerationsObserver): Generations {
    const { catalogue, check, clock, logger } = this.#parts;
    const generations = new Generations(
      {
        site: this.site,
        snapshots: this.#snapshots,
        authority: this.#link,
        check,
        planner: (old, next) =>
          planApply(old.plant, next.plant, { ...catalogue, written: { old: old.document, next: next.document } }),
        ...drivers,
        clock,
        logger,
        observer,
      },
      from,
    );
    this.#live.generations = generations;
    this.#live.summary = () => generations.running;
    void this.#link.start();
    return generations;
  }

  /** Called when the authority is lost, comes back, or tells another story. */
  onAuthorityChange(listener: (state: AuthorityState) => void): void {
    this.#live.listeners.push(listener);
  }

  /** Resolves when nothing of it is open any more. Never rejects. */
  async close(): Promise<void> {
    await this.#link.close();
  }
}

/** What the link's callbacks reach once there is a configuration. */
interface Live {
  /** What runs, or is about to. */
  summary: () => GenerationSummary | undefined;
  generations: Generations | undefined;
  readonly listeners: ((state: AuthorityState) => void)[];
}

interface Opened {
  readonly site: string;
  readonly snapshots: SnapshotStore;
  readonly link: AuthorityLink;
  readonly live: Live;
}

async function openBoth(parts: ConfigurationParts, { file, site: asked }: StartRequest): Promise<Opened> {
  const { home, url, clock, random, logger } = parts;
  const open = async () => await openAuthority({ url, home, clock, logger });
  const site = await findSite({ asked, inFile: file?.document.site, home, openAuthority: open });
  const snapshots = await SnapshotStore.open({ home, site, logger, clock, product: `fieldwarden ${version}` });
  const live: Live = { summary: () => undefined, generations: undefined, listeners: [] };
  const link = new AuthorityLink({
    site,
    open,
    local: () => live.summary(),
    onPublished: async (newest) => await live.generations?.follow(newest),
    onChange: (state) => live.listeners.forEach((listener) => listener(state)),
    clock,
    random,
    logger,
  });
  return { site, snapshots, link, live };
}
