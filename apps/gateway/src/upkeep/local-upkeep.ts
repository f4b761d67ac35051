import type { BackupWish, UpkeepControl } from '@fieldwarden/admin-api';
import type { DoctorAnswer, RestoreAnswer, SecretList } from '@fieldwarden/admin-contract';
import { noteBackup, readBackup, stageRestore, writeBackup, type ReadBackup } from '@fieldwarden/backup';
import { GatewayError, type Clock, type LiveSecrets } from '@fieldwarden/core';
import { examine, listeningPorts, processTree, type RunningFacts } from '@fieldwarden/doctor';
import type { StateStore } from '@fieldwarden/storage';
import { SecretVault } from '@fieldwarden/vault';
import type { HomeDirectory } from '../process/home-directory.js';
import { version } from '../version.js';
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
    return { ...factsOfBackup(backup), staged: confirmed, findings: this.#findings(backup) };
  }

  async doctor(): Promise<DoctorAnswer['checks']> {
    const { home, document } = this.#deps;
    return await examine({ ...factsOf(home.path), running: this.#running(), document: { ...(await document()) } });
  }

  #findings({ head, entries }: ReadBackup): readonly string[] {
    const { site } = this.#deps;
    const has = (name: string): boolean => entries.some(({ path }) => path === name);
    return [
      'what is there is set aside in a folder before-restore-…; the gateway has to be started anew',
      ...(head.site !== null && head.site !== site ? [`it is of the site ${head.site}, this gateway is ${site}`] : []),
      ...(head.encryption === null
        ? ['it holds no private keys, no secret files and no accounts: it is not encrypted']
        : []),
      ...(has('secrets.json') && !has('secret.key') ? ['its secrets need the key that they were encrypted with'] : []),
    ];
  }

  #running(): RunningFacts {
    const { bind, ports, usingStaleConfig } = this.#deps;
    const listening = listeningPorts(processTree(process.pid));
    return { pid: process.pid, version, bind, ports: ports(), listening, usingStaleConfig: usingStaleConfig() };
  }
}

export function factsOfBackup({ head, entries }: ReadBackup): Omit<RestoreAnswer, 'schema' | 'staged' | 'findings'> {
  const { version: madeBy, createdAt, site, encryption } = head;
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return { version: madeBy, createdAt, site, encrypted: encryption !== null, files: entries.length, bytes };
}

function busy(): GatewayError {
  return new GatewayError({
    code: 'BACKUP_BUSY',
    kind: 'busy',
    message: 'another backup is being made; this one can be made when it is done',
  });
}
