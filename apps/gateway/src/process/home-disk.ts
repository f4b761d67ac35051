import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import { DiskReserve, DiskWatch, reserveFileName } from '@fieldwarden/storage';
import type { GatewayConcerns } from './gateway-concerns.js';
import type { HomeDirectory } from './home-directory.js';

export interface HomeDiskDependencies {
  readonly home: HomeDirectory;
  readonly concerns: GatewayConcerns;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The disk under the home directory. Full or read-only, it costs what it would have kept and nothing else: it is said, and what waits for it is
 * done when it takes files again.
 */
export class HomeDisk implements AsyncDisposable {
  /** Room that only the audit and revoked tokens get. */
  readonly reserve: DiskReserve;
  readonly #deps: HomeDiskDependencies;
  readonly #watch: DiskWatch;
  readonly #waiting: { readonly what: string; readonly action: () => unknown }[] = [];

  constructor(deps: HomeDiskDependencies) {
    const { home, clock } = deps;
    this.#deps = deps;
    this.reserve = new DiskReserve(home.file(reserveFileName));
    this.#watch = new DiskWatch({ folder: home.path, clock, onChange: (trouble) => void this.#changed(trouble) });
    this.whenWritten('claim of the home directory', () => home.complete());
    this.whenWritten('reserve', () => this.reserve.hold());
  }

  /** Never rejects. */
  async start(): Promise<void> {
    this.reserve.hold();
    await this.#watch.start();
  }

  /** Done each time the disk takes files again. */
  whenWritten(what: string, action: () => unknown): void {
    this.#waiting.push({ what, action });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch[Symbol.asyncDispose]();
  }

  async #changed(trouble: string | undefined): Promise<void> {
    const { concerns, logger } = this.#deps;
    if (trouble !== undefined) {
      concerns.raise('disk-not-written', trouble);
      logger.error(`${trouble}; the plant goes on`);
      return;
    }
    concerns.clear('disk-not-written');
    logger.info('the disk of the home directory takes files again');
    for (const { what, action } of this.#waiting) await this.#do(what, action);
  }

  async #do(what: string, action: () => unknown): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#deps.logger.error(`${what} could not be made up for`, { error: messageOf(error) });
    }
  }
}
