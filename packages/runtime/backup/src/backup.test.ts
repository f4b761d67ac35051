import { StateStore } from '@fieldwarden/storage';
import { collectingLogger, FakeClock, temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import { systemClock } from '@fieldwarden/core';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupFormat, encodeHead } from './format/backup-head.js';
import { homeFormat } from './home/home-version.js';
import { readBackup } from './read-backup.js';
import { finishRestore, inTheWay } from './restore/finish-restore.js';
import { stageRestore } from './restore/stage-restore.js';
import { writeBackup, type BackupRequest } from './write-backup.js';

const clock = new FakeClock();
const passphrase = 'correct horse battery';
const now = new Date('2030-01-01T00:00:00.000Z');

let folder: TemporaryDirectory;
let home: string;
let empty: string;

const at = (...names: string[]): string => join(home, ...names);

function put(path: string, content: string, mode = 0o600): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
  chmodSync(at(path), mode);
}

async function made(request: Partial<BackupRequest> = {}): Promise<Buffer> {
  return await buffer(writeBackup({ home, version: '0.1.0', site: 'lab', clock, ...request }));
}

const pieces = (bytes: Buffer): AsyncIterable<Buffer> => Readable.from([bytes]);

async function restored(bytes: Buffer, given?: string): Promise<void> {
  await stageRestore(empty, pieces(bytes), given);
  finishRestore(empty, now);
}

beforeEach(async () => {
  folder = await temporaryDirectory();
  home = join(folder.path, 'home');
  empty = join(folder.path, 'empty');
  mkdirSync(home);
  put('tokens.json', '{"tokens":[]}');
  put('secret.key', 'key-of-secrets');
  put('config/lab/1.json', '{"generation":1}', 0o400);
  put('config/lab/CURRENT', '{"generation":1}', 0o400);
  put('logs/fieldwarden.log', 'one line');
  put('run.json', '{}');
  put('nothing', '');
});

afterEach(async () => await folder[Symbol.asyncDispose]());

describe('a backup', () => {
  it('brings a home directory back, byte by byte and mode by mode, without what is of one run', async () => {
    await restored(await made({ passphrase }), passphrase);
    expect(readdirSync(empty).sort()).toEqual(['config', 'nothing', 'secret.key', 'tokens.json']);
    for (const path of ['tokens.json', 'secret.key', 'config/lab/1.json', 'nothing']) {
      expect(readFileSync(join(empty, path), 'utf8')).toBe(readFileSync(at(path), 'utf8'));
      expect(statSync(join(empty, path)).mode).toBe(statSync(at(path)).mode);
    }
  });

  it('without a passphrase holds nothing that opens anything, and leaves no copy behind', async () => {
    const { head, entries } = await readBackup(pieces(await made()), undefined);
    expect(head).toMatchObject({ site: 'lab', version: '0.1.0', encryption: null, homeFormat });
    expect(entries.map(({ path }) => path)).toEqual(['config/lab/1.json', 'config/lab/CURRENT', 'nothing', 'tokens.json']); // prettier-ignore
    expect(readdirSync(home).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('with one can be read with it alone: its bytes say nothing of what is in it', async () => {
    put('canary', 'canary-in-a-file canary-in-a-file canary-in-a-file');
    const bytes = await made({ passphrase });
    expect(bytes.toString('latin1')).not.toMatch(/canary|tokens\.json/);
    await expect(readBackup(pieces(bytes), 'another passphrase')).rejects.toMatchObject({ code: 'BACKUP_PASSPHRASE', message: expect.stringContaining('is not that of this backup') as string }); // prettier-ignore
    await expect(readBackup(pieces(bytes), undefined)).rejects.toThrow('--passphrase-file');
    await expect(made({ passphrase: 'short' })).rejects.toThrow('at least 8 characters');
  });

  it('has a database as it is at one moment, while it is being written', async () => {
    await using state = StateStore.open(at('state.mdb'), { clock: systemClock, logger: collectingLogger() });
    const table = state.table('gateway/test');
    let stop = false;
    let written = 0;
    const writing = (async () => {
      for (let i = 1; !stop; i += 1) {
        table.put('first', i);
        table.put('second', i);
        await table.settled();
        written = i;
      }
    })();
    while (written < 3) await new Promise((resolve) => setImmediate(resolve));
    const before = written;
    const bytes = await made().finally(() => (stop = true));
    await writing;
    await restored(bytes);
    await using copy = StateStore.open(join(empty, 'state.mdb'), { clock: systemClock, logger: collectingLogger() });
    const kept = copy.table('gateway/test');
    const first = await kept.get('first');
    expect(first).toBeGreaterThanOrEqual(before);
    expect(await kept.get('second')).toBe(first);
  });

  it('has the snapshot that ran when it was begun, and of what grows as much as there was', async () => {
    put('audit.log', 'row 1\n');
    const stream = writeBackup({ home, version: '0.1.0', site: 'lab', clock });
    const first = await stream.next();
    put('audit.log', 'row 1\nrow 2\n');
    rmSync(at('config/lab/CURRENT'));
    put('config/lab/CURRENT', '{"generation":2}', 0o400);
    const rest = await buffer(stream);
    await restored(Buffer.concat([first.value as Buffer, rest]));
    expect(readFileSync(join(empty, 'config/lab/CURRENT'), 'utf8')).toBe('{"generation":1}');
    expect(readFileSync(join(empty, 'audit.log'), 'utf8')).toBe('row 1\n');
  });

  it('is not made of a database that is damaged, and says which', async () => {
    put('state.mdb', 'no database at all');
    await expect(made()).rejects.toMatchObject({ code: 'BACKUP_INCOMPLETE', message: expect.stringContaining('state.mdb') as string }); // prettier-ignore
  });
});

describe('bringing back', () => {
  it('proves everything first: a cut, a flipped byte, another file or another head change nothing', async () => {
    const bytes = await made();
    for (let i = 0; i < bytes.length; i += 1) {
      const flipped = Buffer.from(bytes);
      flipped[i] ^= 0x10;
      await expect(stageRestore(empty, pieces(flipped), undefined), `byte ${i}`).rejects.toMatchObject({ kind: 'config', code: expect.stringMatching(/^BACKUP_(?:DAMAGED|CUT|NO_BACKUP)$/) as string }); // prettier-ignore
      if (i % 7 === 0) await expect(stageRestore(empty, pieces(bytes.subarray(0, i)), undefined)).rejects.toThrow(/cut off|no backup/); // prettier-ignore
    }
    await expect(stageRestore(empty, pieces(Buffer.from('PK\u0003\u0004 a zip file, say')), undefined)).rejects.toThrow('no backup'); // prettier-ignore
    expect(readdirSync(empty)).toEqual([]);
  });

  it('refuses what a newer version made, in words', async () => {
    const head = {
      format: backupFormat,
      version: '9.0.0',
      homeFormat,
      createdAt: now.toISOString(),
      site: 'lab',
      encryption: null,
    };
    for (const newer of [
      { ...head, homeFormat: homeFormat + 1 },
      { ...head, format: backupFormat + 1 },
    ]) {
      await expect(readBackup(pieces(encodeHead(newer)), undefined)).rejects.toMatchObject({ code: 'BACKUP_NEWER', message: expect.stringContaining('9.0.0') as string }); // prettier-ignore
    }
  });

  it('sets what was there aside, and nothing of it is lost', async () => {
    const bytes = await made();
    mkdirSync(empty);
    writeFileSync(join(empty, 'tokens.json'), 'former');
    writeFileSync(join(empty, 'gateway.lock'), 'mine');
    expect(inTheWay(empty)).toEqual(['tokens.json']);
    await stageRestore(empty, pieces(bytes), undefined);
    expect(readFileSync(join(empty, 'tokens.json'), 'utf8')).toBe('former');
    const aside = finishRestore(empty, now)!.setAside!;
    expect(readFileSync(join(aside, 'tokens.json'), 'utf8')).toBe('former');
    expect(readFileSync(join(empty, 'tokens.json'), 'utf8')).toBe('{"tokens":[]}');
    expect(readFileSync(join(empty, 'gateway.lock'), 'utf8')).toBe('mine');
    expect(finishRestore(empty, now)).toBeUndefined();
  });

  it('keeps a key that the operator has brought for a backup that has none', async () => {
    const bytes = await made();
    mkdirSync(empty);
    writeFileSync(join(empty, 'secret.key'), 'brought');
    expect(inTheWay(empty)).toEqual([]);
    await restored(bytes);
    expect(readFileSync(join(empty, 'secret.key'), 'utf8')).toBe('brought');
  });

  it('goes on where a killed one stopped', async () => {
    mkdirSync(empty);
    for (const name of ['tokens.json', 'nothing', 'devices.json']) writeFileSync(join(empty, name), 'former');
    await stageRestore(empty, pieces(await made()), undefined);
    // as it is after what was there was set aside, and one name was put in place
    const aside = join(empty, 'before-restore-2029');
    mkdirSync(aside);
    for (const name of ['tokens.json', 'nothing', 'devices.json']) renameSync(join(empty, name), join(aside, name));
    renameSync(join(empty, '.restored', 'tokens.json'), join(empty, 'tokens.json'));
    expect(finishRestore(empty, now)).toEqual({ setAside: undefined });
    expect(readFileSync(join(empty, 'tokens.json'), 'utf8')).toBe('{"tokens":[]}');
    expect(existsSync(join(empty, 'nothing'))).toBe(true);
    expect(existsSync(join(empty, 'devices.json'))).toBe(false);
  });
});
