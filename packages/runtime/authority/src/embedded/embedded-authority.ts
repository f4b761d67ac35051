import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Logger } from '@fieldwarden/core';
import { DiskReserve, reserveFileName } from '@fieldwarden/storage';
import { allocateLockFile } from '@fieldwarden/storage/lmdb';
import type { ConfigAuthority, SiteAuthority } from '../config-authority.js';
import { checkSiteName } from '../publish-rules.js';
import { WorkQueue } from '../work-queue.js';
import { AuthorityFile, notWritable } from './authority-file.js';
import { EmbeddedSite } from './embedded-site.js';
import { proveFile } from './prove-file.js';

export interface EmbeddedAuthorityOptions {
  /** The gateway's home directory. Only one process may have it open: the home lock sees to that. */
  readonly home: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long `close` waits for a publish under way. Default: 10,000. */
  readonly closeGraceMs?: number;
}

/** Beside `state.mdb`: a name below `config/` could be a site's. */
export const authorityFileName = 'authority.mdb';

/** The authority of a single gateway: one LMDB file in its home directory. */
export class EmbeddedAuthority implements ConfigAuthority {
  readonly kind = 'embedded';
  readonly #file: AuthorityFile;
  readonly #clock: Clock;
  readonly #closeGraceMs: number;
  readonly #reserve: DiskReserve;
  readonly #queue = new WorkQueue();
  #open = true;
  #closing: Promise<void> | undefined;

  private constructor(file: AuthorityFile, { home, clock, closeGraceMs = 10_000 }: EmbeddedAuthorityOptions) {
    this.#file = file;
    this.#reserve = new DiskReserve(join(home, reserveFileName));
    this.#clock = clock;
    this.#closeGraceMs = closeGraceMs;
  }

  /**
   * Proves the file in a child process before it is opened in this one. Rejects with `AUTHORITY_DAMAGED` (the file is named, with the
   * remedy), `AUTHORITY_SCHEMA_NEWER`, or `AUTHORITY_UNREACHABLE` when the home cannot be written.
   */
  static async open(options: EmbeddedAuthorityOptions): Promise<EmbeddedAuthority> {
    const path = join(options.home, authorityFileName);
    await prepareHome(options.home, path);
    await proveFile(path, options.clock);
    const authority = new EmbeddedAuthority(await AuthorityFile.open(path), options);
    options.logger.debug('configuration authority opened', { file: path });
    return authority;
  }

  async sites(): Promise<readonly string[]> {
    return await this.#queue.run(async () => {
      const { sites } = this.#file.json('format')!;
      return sites.filter((site) => this.#file.json(['site', site])?.newest !== null).sort();
    });
  }

  site(name: string): SiteAuthority {
    return new EmbeddedSite(checkSiteName(name), {
      file: this.#file,
      queue: this.#queue,
      reserve: this.#reserve,
      clock: this.#clock,
      isOpen: () => this.#open,
    });
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#queue.close(this.#clock, this.#closeGraceMs);
    this.#open = false;
    await this.#file.close().catch(() => undefined);
  }
}

async function prepareHome(home: string, path: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await allocateLockFile(path);
  } catch (error) {
    throw notWritable(path, error);
  }
}
