import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '@fieldwarden/storage';
import { damaged } from '../backup-error.js';
import { belongsInBackup } from '../home/home-contents.js';
import type { EntrySink } from '../format/entries.js';
import { readBackup, type ReadBackup } from '../read-backup.js';
import { restorePlan, stagedFolder } from './finish-restore.js';

const everything = { outbox: true, history: true, encrypted: true };

/** While it is unpacked; worth nothing. */
const unpackedFolder = '.restoring';

/**
 * Unpacks a backup beside what a home directory has, proves all of it, and only then marks it as what is to be put in place: by `finishRestore`, at
 * once or when the gateway starts next. Rejects as `readBackup` does; then nothing has changed.
 */
export async function stageRestore(
  home: string,
  pieces: AsyncIterable<Uint8Array>,
  passphrase: string | undefined,
): Promise<ReadBackup> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const unpacked = join(home, unpackedFolder);
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked, { mode: 0o700 });
  try {
    const backup = await readBackup(pieces, passphrase, new FolderSink(unpacked));
    const names = [...new Set(backup.entries.map(({ path }) => path.split('/')[0]))];
    writeFileSync(join(unpacked, restorePlan), JSON.stringify({ names }), { mode: 0o600, flush: true });
    rmSync(join(home, stagedFolder), { recursive: true, force: true });
    renameSync(unpacked, join(home, stagedFolder));
    await syncFolder(home);
    return backup;
  } catch (error) {
    rmSync(unpacked, { recursive: true, force: true });
    throw error;
  }
}

class FolderSink implements EntrySink {
  readonly #folder: string;
  #file: FileHandle | undefined;
  #mode = 0o600;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async begin(path: string, mode: number): Promise<void> {
    // A claim or a socket in a backup would take the place of a living one.
    if (!belongsInBackup(path, everything)) throw damaged(`it holds ${path}, which is in no backup`);
    const file = join(this.#folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    this.#file = await open(file, 'wx', 0o600);
    this.#mode = mode;
  }

  async write(piece: Buffer): Promise<void> {
    await this.#file!.writeFile(piece);
  }

  async end(): Promise<void> {
    if (this.#mode !== 0o600) await this.#file!.chmod(this.#mode);
    await this.#file!.sync();
    await this.#file!.close();
  }
}
