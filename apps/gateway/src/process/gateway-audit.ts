import { AuditLog, ClockSteps, ownEntry, type AuditTroubles, type ClockStep } from '@fieldwarden/audit';
import type { Clock, Logger, Redactor } from '@fieldwarden/core';
import type { GatewayConcerns } from './gateway-concerns.js';
import type { HomeDirectory } from './home-directory.js';
import type { HomeDisk } from './home-disk.js';

export interface GatewayAuditDependencies {
  readonly home: Pick<HomeDirectory, 'path' | 'restored'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly disk: Pick<HomeDisk, 'whenWritten'> & { readonly reserve: Pick<HomeDisk['reserve'], 'write'> };
}

/** The audit of this gateway: on the home's disk with the room that is held for it, its troubles as concerns, its head once a day in the log and in a system tag. */
export class GatewayAudit implements AsyncDisposable {
  readonly log: AuditLog;
  readonly #deps: GatewayAuditDependencies;
  #steps: ClockSteps | undefined;
  /** Of the last head that was told, UTC. */
  #toldOn: string | undefined;
  #toldHead: string | null = null;

  constructor(deps: GatewayAuditDependencies) {
    const { home, clock, logger, redactor, disk } = deps;
    this.#deps = deps;
    const keeping = async (write: () => Promise<void>): Promise<void> => await disk.reserve.write(write);
    this.log = new AuditLog({ folder: home.path, clock, logger, redactor, keeping });
    disk.whenWritten('audit', async () => await this.log.retry());
  }

  /** `<row> <hash>` of the last row when it was last told: at the start and once a day. Null: not yet. */
  get toldHead(): string | null {
    return this.#toldHead;
  }

  /** Never rejects. `about`: of the gateway that starts. */
  async start(
    about: Readonly<Record<string, unknown>>,
    concerns: Pick<GatewayConcerns, 'raise' | 'clear'>,
  ): Promise<void> {
    concerns.clear('audit-damaged'); // of an earlier run: what is still so is found again
    concerns.clear('audit-not-written');
    this.log.onTrouble((troubles) => tellTroubles(troubles, concerns));
    await this.log.start(about);
    const { restored } = this.#deps.home;
    // The row of who asked for it is in the audit that was set aside.
    if (restored) this.log.record(ownEntry({ action: 'restore', subject: 'home directory', after: restored, outcome: 'done' })); // prettier-ignore
    this.#steps = new ClockSteps(this.#deps.clock, (step) => this.#looked(step));
    // A disk that takes nothing now is looked at again with the clock.
    void this.log.settled().then(
      () => this.#tellHead(),
      () => undefined,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#steps?.[Symbol.dispose]();
    await this.log[Symbol.asyncDispose]();
  }

  #looked(step: ClockStep | undefined): void {
    if (step) this.#stepped(step);
    this.#tellHead();
  }

  /** SPEC §13.4: once a day to where the owner of this machine can't take it back. */
  #tellHead(): void {
    const day = new Date(this.#deps.clock.wallMs()).toISOString().slice(0, 10);
    if (day === this.#toldOn) return;
    this.#toldOn = day;
    const { seq, hash } = this.log.head;
    this.#toldHead = `${seq} ${hash}`;
    this.#deps.logger.info(`audit: row ${seq} has the hash ${hash}`);
  }

  #stepped({ beforeMs, afterMs }: ClockStep): void {
    const byS = Math.round((afterMs - beforeMs) / 1_000);
    const reason = `the clock of the system was set ${byS > 0 ? 'forward' : 'back'} by ${Math.abs(byS)} s`;
    const [before, after] = [beforeMs, afterMs].map((ms) => new Date(ms).toISOString());
    this.#deps.logger.warn(reason);
    this.log.record(ownEntry({ action: 'clock', subject: 'system clock', before, after, outcome: 'done', reason }));
  }
}

function tellTroubles(
  { notWritten, damaged }: AuditTroubles,
  concerns: Pick<GatewayConcerns, 'raise' | 'clear'>,
): void {
  if (notWritten === undefined) concerns.clear('audit-not-written');
  else concerns.raise('audit-not-written', notWritten);
  if (damaged === undefined) concerns.clear('audit-damaged');
  else concerns.raise('audit-damaged', damaged);
}
