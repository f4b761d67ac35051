import type { DoctorAnswer, RestoreAnswer, SecretList } from '@fieldwarden/admin-contract';
import { GatewayError } from '@fieldwarden/core';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import type { BackupWish, UpkeepControl } from '../control/upkeep-control.js';

/** A gateway whose backup is the word `backup`. */
export class FakeUpkeepControl implements UpkeepControl {
  readonly kept = new Map<string, string>();
  readonly wishes: BackupWish[] = [];
  readonly restored: {
    readonly bytes: string;
    readonly passphrase: string | undefined;
    readonly confirmed: boolean;
  }[] = [];
  checks: DoctorAnswer['checks'] = [
    { id: 'backup', status: 'warn', message: 'no backup was ever made', remedy: 'make one' },
    { id: 'disk', status: 'ok', message: 'there is room', remedy: null },
  ];
  /** In place of the second piece. */
  breaks = false;

  secrets(): Omit<SecretList, 'schema'> {
    const changedAt = '2030-01-01T00:00:00.000Z';
    return { secrets: [...this.kept.keys()].map((name) => ({ name, changedAt, problem: null })), problem: null };
  }

  setSecret(name: string, value: string): void {
    if (name.length > 64)
      throw new GatewayError({ code: 'SECRET_NAME', kind: 'config', message: 'no name of a secret' });
    this.kept.set(name, value);
  }

  removeSecret(name: string): boolean {
    return this.kept.delete(name);
  }

  async *backup(wish: BackupWish): AsyncGenerator<Buffer> {
    this.wishes.push(wish);
    if (wish.passphrase === 'password') throw new GatewayError({ code: 'BACKUP_INCOMPLETE', kind: 'config', message: 'state.mdb cannot be copied' }); // prettier-ignore
    yield await Promise.resolve(Buffer.from('back'));
    if (this.breaks) throw new Error('the disk is gone');
    yield Buffer.from('up');
  }

  async restore(
    pieces: AsyncIterable<Uint8Array>,
    passphrase: string | undefined,
    confirmed: boolean,
  ): Promise<Omit<RestoreAnswer, 'schema'>> {
    const bytes = (await buffer(Readable.from(pieces))).toString();
    this.restored.push({ bytes, passphrase, confirmed });
    const known = { version: '0.1.0', createdAt: '2030-01-01T00:00:00.000Z', site: 'lab', encrypted: false };
    return { ...known, staged: confirmed, files: 1, bytes: bytes.length, findings: [] };
  }

  doctor(): Promise<DoctorAnswer['checks']> {
    return Promise.resolve(this.checks);
  }
}
