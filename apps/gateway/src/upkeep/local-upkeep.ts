import type { BackupWish, UpkeepControl } from '@fieldwarden/admin-api';
import type { DoctorAnswer, RestoreAnswer, SecretList } from '@fieldwarden/admin-contract';
import { noteBackup, readBackup, stageRestore, writeBackup } from '@fieldwarden/backup';
import { GatewayError, type Clock, type LiveSecrets } from '@fieldwarden/core';
import { examine, listeningPorts, processTree, type RunningFacts } from '@fieldwarden/doctor';
import type { StateStore } from '@fieldwarden/storage';
import { SecretVault } from '@fieldwarden/vault';
import type { HomeDirectory } from '../process/home-directory.js';
import { version } from '../version.js';
import { factsOfBackup, findingsOf } from './backup-facts.js';
import { factsOf } from './home-upkeep.js';

export interface LocalUpkeepDependencies {
  readonly home: HomeDirectory;
  readonly clock: Clock;
  /** Learns what is set: whatever leaves is blanked by it. */
  readonly secrets: LiveSecrets;
  readonly state: StateStore;
  readonly site: string;
  readonly bind: string;
  /** By what they are. */
  readonly ports: () => Readonly<Record<string, number>>;
  readonly usingStaleConfig: () => boolean;
  /** What runs, secrets as references. */
  readonly document: () => Promise<object>;
}

const replaces = ['what is there is set aside in a folder before-restore-…; the gateway has to be started anew'];

/** Secrets, backup, restore and doctor of the gateway that runs. */
export class LocalUpkeep implements UpkeepControl {
  readonly #deps: LocalUpkeepDependencies;
  readonly #vault: SecretVault;
  #isBackingUp = false;

  constructor(deps: LocalUpkeepDependencies) {
    this.#deps = deps;
    this.#vault = new SecretVault(deps.home.path, process.env);
  }

  secrets(): Omit<SecretList, 'schema'> {
    return this.#vault.list();
  }

  setSecret(name: string, value: string): void {
    this.#deps.secrets.learn([value]);
    this.#vault.set(name, value, this.#deps.clock);
  }

  removeSecret(name: string): boolean {
    return this.#vault.remove(name);
  }

  async *backup(wish: BackupWish): AsyncGenerator<Buffer> {
    if (this.#isBackingUp) throw busy();
    this.#isBackingUp = true;
    try {
      const { home, clock, site, state } = this.#deps;
      await state.settled().catch(() => undefined); // what the disk does not take is in no backup either
      yield* writeBackup({
        home: home.path,
        version,
        site,
        clock,
        ...wish,
        onEnd: (summary) => noteBackup(home.path, summary),
      });
    } finally {
      this.#isBackingUp = false;
    }
  }

  async restore(
    pieces: AsyncIterable<Uint8Array>,
    passphrase: string | undefined,
    confirmed: boolean,
  ): Promise<Omit<RestoreAnswer, 'schema'>> {
    const backup = confirmed
      ? await stageRestore(this.#deps.home.path, pieces, passphrase)
      : await readBackup(pieces, passphrase);
    const { site } = this.#deps;
    return { ...factsOfBackup(backup), staged: confirmed, findings: [...replaces, ...findingsOf(backup, site)] };
  }

  async doctor(): Promise<DoctorAnswer['checks']> {
    const { home, document } = this.#deps;
    return await examine({ ...factsOf(home.path), running: this.#running(), document: { ...(await document()) } });
  }

  #running(): RunningFacts {
    const { bind, ports, usingStaleConfig } = this.#deps;
    const listening = listeningPorts(processTree(process.pid));
    return { pid: process.pid, version, bind, ports: ports(), listening, usingStaleConfig: usingStaleConfig() };
  }
}

function busy(): GatewayError {
  return new GatewayError({
    code: 'BACKUP_BUSY',
    kind: 'busy',
    message: 'another backup is being made; this one can be made when it is done',
  });
}
