import type { DoctorAnswer, RestoreAnswer, SecretList } from '@fieldwarden/admin-contract';

/** What a backup is asked for with. */
export interface BackupWish {
  /** Undefined: not encrypted. */
  readonly passphrase?: string | undefined;
  readonly outbox?: boolean | undefined;
  readonly history?: boolean | undefined;
}

/** Secrets, backup and restore, and what is weak about this gateway (SPEC §13.5). */
export interface UpkeepControl {
  secrets(): Omit<SecretList, 'schema'>;
  /** Throws kind `config` for a name or a value that cannot be kept. */
  setSecret(name: string, value: string): void;
  /** False if there was none. */
  removeSecret(name: string): boolean;
  /** The file, piece by piece. The first piece rejects with BACKUP_BUSY, BACKUP_PASSPHRASE or BACKUP_INCOMPLETE; a later rejection leaves half a file. */
  backup(wish: BackupWish): AsyncGenerator<Buffer>;
  /** Proves all of it; `confirmed`: and stages it for the next start. Rejects with a code of BACKUP_…; then nothing was changed. */
  restore(
    pieces: AsyncIterable<Uint8Array>,
    passphrase: string | undefined,
    confirmed: boolean,
  ): Promise<Omit<RestoreAnswer, 'schema'>>;
  doctor(): Promise<DoctorAnswer['checks']>;
}
