import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectingLogger, FakeClock, temporaryDirectory } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { sitesOf } from './files/sites-of.js';
import { fewestKept, type SnapshotStore } from './snapshot-store.js';
import { sampleGeneration } from './testing/sample-generation.js';
import { openStore } from './testing/store-in.js';

const home = (): ReturnType<typeof temporaryDirectory> => temporaryDirectory('fieldwarden-snapshots-');

async function sealed(path: string, ...generations: number[]): Promise<SnapshotStore> {
  const store = await openStore(path);
  for (const generation of generations) await store.seal(sampleGeneration({ generation, flavour: `of ${generation}` }));
  return store;
}

const refusal = (code: string, ...says: string[]): unknown =>
  expect.objectContaining({ code, kind: 'config', message: expect.stringMatching(new RegExp(says.join('.*'))) });

describe('a sealed generation (§7.3)', () => {
  it('is read back as it was published', async () => {
    await using dir = await home();
    const generation = sampleGeneration({ generation: 3, tags: 4000 });
    const store = await openStore(dir.path);
    const manifest = await store.seal({ ...generation, rollbackOf: 1, author: 'Zoë\u2028\ud800' });
    expect(await store.read(3)).toEqual({ ...generation, rollbackOf: 1, author: 'Zoë\u2028\ud800' });
    expect(manifest).toMatchObject({
      site: 'lab',
      generation: 3,
      drivers: 2,
      tags: 4000,
      documentSha256: generation.sha256,
    });
  });

  it('is a file that nobody may write, in a folder that nobody else may look into', async () => {
    await using dir = await home();
    const { directory } = await sealed(dir.path, 1);
    const modes = await Promise.all(['1.mdb', '1.json', '.'].map((name) => stat(join(directory, name))));
    expect(modes.map(({ mode }) => (mode & 0o777).toString(8))).toEqual(['400', '400', '700']);
  });

  it('leaves nothing but snapshot, manifest and pointer behind, on disk and open', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    const openBefore = readdirSync('/proc/self/fd').length;
    await store.seal(sampleGeneration({ generation: 2 }));
    await store.activate(2);
    for (let i = 0; i < 5; i += 1) await store.readCurrent();
    expect(readdirSync(store.directory).sort()).toEqual(['1.json', '1.mdb', '2.json', '2.mdb', 'CURRENT']);
    expect(readdirSync('/proc/self/fd')).toHaveLength(openBefore);
    expect(await readFile('/proc/self/maps', 'utf8')).not.toContain(dir.path);
  });

  it('is sealed once: the second time nothing is written', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    const before = await stat(join(store.directory, '1.mdb'));
    const manifest = await store.seal(sampleGeneration({ generation: 1, flavour: 'of 1' }));
    expect((await stat(join(store.directory, '1.mdb'))).ino).toBe(before.ino);
    expect(manifest).toEqual(await store.verify(1));
  });

  it('is not sealed again by a newer version of the product', async () => {
    await using dir = await home();
    await sealed(dir.path, 1);
    const newer = await openStore(dir.path, { product: 'fieldwarden 9.9.9' });
    const manifest = await newer.seal(sampleGeneration({ generation: 1, flavour: 'of 1' }));
    expect(manifest.product).toBe('fieldwarden 0.0.0-test');
  });

  it('that never became current gives way to other content of the same number', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    const other = sampleGeneration({ generation: 1, flavour: 'other' });
    await store.seal(other);
    expect(await store.read(1)).toEqual(other);
  });

  it('that is current, or may be, never gives way to other content', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    await store.activate(1);
    const other = sampleGeneration({ generation: 1, flavour: 'other' });
    await expect(store.seal(other)).rejects.toThrow(refusal('SNAPSHOT_DIFFERS', '1.mdb', 'new number'));
    await damageFile(join(store.directory, 'CURRENT'));
    await expect(store.seal(other)).rejects.toThrow(refusal('SNAPSHOT_DIFFERS'));
    expect((await store.read(1)).document).toEqual(sampleGeneration({ generation: 1, flavour: 'of 1' }).document);
  });

  it('that is damaged is sealed again, unless it is current', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1, 2);
    await store.activate(2);
    await damageFile(join(store.directory, '1.mdb'));
    await damageFile(join(store.directory, '2.mdb'));
    await store.seal(sampleGeneration({ generation: 1, flavour: 'of 1' }));
    expect((await store.verify(1)).generation).toBe(1);
    await expect(store.seal(sampleGeneration({ generation: 2, flavour: 'of 2' }))).rejects.toThrow(
      refusal('SNAPSHOT_DAMAGED', '2.mdb', '--generation 1'),
    );
  });

  it('is refused when its document is not what its digest says', async () => {
    await using dir = await home();
    const store = await openStore(dir.path);
    const lying = { ...sampleGeneration({ generation: 1 }), sha256: sampleGeneration({ flavour: 'other' }).sha256 };
    await expect(store.seal(lying)).rejects.toMatchObject({ code: 'SNAPSHOT_CONTENT_MISMATCH', kind: 'bug' });
    expect(readdirSync(store.directory)).toEqual([]);
  });

  it('has no manifest before its file has its name', async () => {
    await using dir = await home();
    const store = await openStore(dir.path);
    await mkdir(join(store.directory, '1.mdb'), { recursive: true });
    await expect(store.seal(sampleGeneration())).rejects.toThrow(refusal('SNAPSHOT_NOT_WRITABLE', '1.mdb'));
    expect(readdirSync(store.directory)).toEqual(['1.mdb']);
  });
});

describe('the current generation (§7.3)', () => {
  it('is undefined before the first activate', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    expect(await store.current()).toBeUndefined();
    expect(await store.readCurrent()).toBeUndefined();
  });

  it('is what was activated last, also an older one', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1, 2);
    await store.activate(2);
    expect((await store.current())?.generation).toBe(2);
    await store.activate(1);
    expect((await (await openStore(dir.path)).readCurrent())?.generation).toBe(1);
  });

  it('does not move to a generation that is missing or does not verify', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1, 2);
    await store.activate(1);
    await damageFile(join(store.directory, '2.mdb'));
    await expect(store.activate(2)).rejects.toThrow(refusal('SNAPSHOT_DAMAGED', '2.mdb', '--generation 1'));
    await expect(store.activate(3)).rejects.toThrow(refusal('SNAPSHOT_MISSING', '3.json'));
    expect((await store.current())?.generation).toBe(1);
  });

  it('is chosen anew by an operator when the pointer is damaged', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1, 2);
    await store.activate(2);
    await damageFile(join(store.directory, 'CURRENT'));
    await expect(store.readCurrent()).rejects.toThrow(
      refusal('SNAPSHOT_POINTER_DAMAGED', 'CURRENT', '--generation 2', 'also intact: 1'),
    );
    await store.activate(1);
    expect((await store.readCurrent())?.generation).toBe(1);
  });

  it('is refused under a manifest that was exchanged for another intact one', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    await store.activate(1);
    const elsewhere = await home();
    await using _elsewhere = elsewhere;
    const other = await openStore(elsewhere.path);
    await other.seal(sampleGeneration({ generation: 1, flavour: 'other' }));
    for (const name of ['1.mdb', '1.json']) await replaceWith(join(other.directory, name), join(store.directory, name));
    await expect(store.readCurrent()).rejects.toThrow(refusal('SNAPSHOT_MANIFEST_DAMAGED', '1.json', 'CURRENT'));
    expect((await store.read(1)).document).toEqual(sampleGeneration({ flavour: 'other' }).document);
  });
});

describe('a refused generation (§7.3)', () => {
  it('names those that verify, newest first', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1, 2, 3, 4);
    await store.activate(4);
    await damageFile(join(store.directory, '4.mdb'));
    await damageFile(join(store.directory, '2.json'));
    await expect(store.readCurrent()).rejects.toThrow(
      refusal('SNAPSHOT_DAMAGED', '4.mdb', 'fieldwarden up --generation 3', 'also intact: 1', 'backup', 'publish'),
    );
  });

  it('says so when none verifies', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    await damageFile(join(store.directory, '1.mdb'));
    await expect(store.read(1)).rejects.toThrow(refusal('SNAPSHOT_DAMAGED', 'no sealed generation is intact'));
  });

  it('is one whose files were copied under another number', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    for (const end of ['mdb', 'json'])
      await copyFile(join(store.directory, `1.${end}`), join(store.directory, `2.${end}`));
    await expect(store.read(2)).rejects.toThrow(refusal('SNAPSHOT_MISNAMED', '2.json', 'generation 1'));
  });

  it('is one that belongs to another site', async () => {
    await using dir = await home();
    await sealed(dir.path, 1);
    await rename(join(dir.path, 'config/lab'), join(dir.path, 'config/plant'));
    const store = await openStore(dir.path, { site: 'plant' });
    await expect(store.read(1)).rejects.toThrow(refusal('SNAPSHOT_FOREIGN_SITE', '1.json', 'lab'));
    await expect(store.seal(sampleGeneration({ site: 'lab' }))).rejects.toThrow(refusal('SNAPSHOT_FOREIGN_SITE'));
  });

  it.each(['1.mdb', '1.json', 'CURRENT'])('is one whose %s is a link, even to the very file', async (name) => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    await store.activate(1);
    await rename(join(store.directory, name), join(dir.path, 'moved'));
    await symlink(join(dir.path, 'moved'), join(store.directory, name));
    await expect(store.readCurrent()).rejects.toThrow(refusal('SNAPSHOT_NOT_A_FILE', name, 'link'));
  });

  it('is one with a folder in its place', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    await rm(join(store.directory, '1.mdb'));
    await mkdir(join(store.directory, '1.mdb'));
    await expect(store.read(1)).rejects.toThrow(refusal('SNAPSHOT_NOT_A_FILE', '1.mdb'));
    await expect(store.seal(sampleGeneration({ flavour: 'of 1' }))).rejects.toThrow(refusal('SNAPSHOT_NOT_A_FILE'));
  });
});

describe('the list of generations', () => {
  it('has a verdict for each, newest first', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, 1, 2, 10, 9);
    await store.activate(9);
    await damageFile(join(store.directory, '2.mdb'));
    await rm(join(store.directory, '1.mdb'));
    const rows = await store.list();
    expect(rows.map(({ generation, current, refusal: r }) => [generation, current, r?.code])).toEqual([
      [10, false, undefined],
      [9, true, undefined],
      [2, false, 'SNAPSHOT_DAMAGED'],
      [1, false, 'SNAPSHOT_MISSING'],
    ]);
    expect(rows[0].manifest?.message).toBe('publish 10');
  });

  it('is empty before anything is sealed', async () => {
    await using dir = await home();
    const store = await openStore(dir.path);
    expect(await store.list()).toEqual([]);
    expect(await store.prune(0)).toEqual([]);
  });
});

describe('prune (§7.3)', () => {
  it('keeps the newest ten at least, and the current one whatever its age', async () => {
    await using dir = await home();
    const numbers = Array.from({ length: 14 }, (_, i) => i + 1);
    const store = await sealed(dir.path, ...numbers);
    await store.activate(2);
    expect(await store.prune(12)).toEqual([1]);
    expect(await store.prune(0)).toEqual([4, 3]);
    expect((await store.list()).map(({ generation }) => generation)).toEqual([...numbers.slice(4).reverse(), 2]);
    expect(fewestKept).toBe(10);
  });

  it('removes nothing while the pointer is damaged', async () => {
    await using dir = await home();
    const store = await sealed(dir.path, ...Array.from({ length: 11 }, (_, i) => i + 1));
    await store.activate(1);
    await damageFile(join(store.directory, 'CURRENT'));
    await expect(store.prune(10)).rejects.toThrow(refusal('SNAPSHOT_POINTER_DAMAGED'));
    expect(await store.list()).toHaveLength(11);
  });
});

describe('opening a store', () => {
  const gone = 4_194_303;

  it('removes what an interrupted seal left, and nothing else', async () => {
    await using dir = await home();
    const { directory } = await sealed(dir.path, 1);
    const put = (name: string): void => writeFileSync(join(directory, name), 'x');
    const left = [`.2.${gone}.0123456789ab.mdb`, `.2.${gone}.0123456789ab.mdb-lock`, `.CURRENT.${gone}.0123456789ab`];
    left.push(`.2.${process.pid}.0123456789ab.json`, '3.mdb', '1.mdb-lock');
    const others = ['notes.txt', '.2.x.mdb', '.hidden', '4.json', '05.mdb', `.2.1.0123456789ab.mdb`];
    for (const name of [...left, ...others]) put(name);
    const logger = collectingLogger();
    await openStore(dir.path, { logger });
    expect(readdirSync(directory).sort()).toEqual([...others, '1.json', '1.mdb'].sort());
    expect(logger.messages('info')).toHaveLength(left.length);
  });

  it('removes temporary files of a living process only once they are forgotten', async () => {
    await using dir = await home();
    const { directory } = await sealed(dir.path, 1);
    const name = '.2.1.0123456789ab.mdb';
    writeFileSync(join(directory, name), 'x');
    const clock = new FakeClock({ wallMs: Date.now() + 3_000_000 });
    await openStore(dir.path, { clock });
    expect(existsSync(join(directory, name))).toBe(true);
    await openStore(dir.path, { clock: new FakeClock({ wallMs: Date.now() + 4_000_000 }) });
    expect(existsSync(join(directory, name))).toBe(false);
  });

  it('follows no link, and leaves it', async () => {
    await using dir = await home();
    const { directory } = await sealed(dir.path, 1);
    const target = join(dir.path, 'precious');
    writeFileSync(target, 'x');
    mkdirSync(join(directory, `.2.${gone}.aaaaaaaaaaaa.mdb`));
    for (const name of [`.2.${gone}.0123456789ab.mdb`, '3.mdb', '1.mdb-lock'])
      symlinkSync(target, join(directory, name));
    await openStore(dir.path);
    expect(await readFile(target, 'utf8')).toBe('x');
    expect(readdirSync(directory)).toContain('3.mdb');
  });

  it.each([
    ['is current', false],
    ['may be current', true],
  ])('keeps a snapshot that lost its manifest when it %s', async (_, pointerDamaged) => {
    await using dir = await home();
    const store = await sealed(dir.path, 1);
    await store.activate(1);
    await rm(join(store.directory, '1.json'));
    if (pointerDamaged) await damageFile(join(store.directory, 'CURRENT'));
    await openStore(dir.path);
    expect(existsSync(join(store.directory, '1.mdb'))).toBe(true);
  });

  it.each(['', '.', '..', '.lab', '-lab', 'a/b', 'lab\n', 'é', 'x'.repeat(65), 'a\\b', 'lab\0'])(
    'refuses %j as a site',
    async (site) => {
      await using dir = await home();
      await expect(openStore(dir.path, { site })).rejects.toThrow(refusal('SNAPSHOT_SITE_NAME'));
    },
  );

  it.each(['Lab', 'LAB', 'lab.'])('refuses site %s beside site lab', async (site) => {
    await using dir = await home();
    await sealed(dir.path, 1);
    await expect(openStore(dir.path, { site })).rejects.toThrow(refusal('SNAPSHOT_SITE_NAME', 'lab', 'rename'));
  });

  it.each(['link', 'file'])('refuses a %s in the place of the site’s folder', async (kind) => {
    await using dir = await home();
    await mkdir(join(dir.path, 'config'));
    if (kind === 'link') await symlink(dir.path, join(dir.path, 'config/lab'));
    else await writeFile(join(dir.path, 'config/lab'), '');
    await expect(openStore(dir.path)).rejects.toThrow(refusal('SNAPSHOT_NOT_A_FILE', 'config/lab'));
  });
});

describe('the sites of a home directory', () => {
  it('are those with anything sealed, apart from each other', async () => {
    await using dir = await home();
    expect(await sitesOf(dir.path)).toEqual([]);
    for (const site of ['west', 'east']) {
      const store = await openStore(dir.path, { site });
      await store.seal(sampleGeneration({ site }));
      await store.activate(1);
    }
    await mkdir(join(dir.path, 'config/empty'));
    await symlink(join(dir.path, 'config/west'), join(dir.path, 'config/linked'));
    expect(await sitesOf(dir.path)).toEqual(['east', 'west']);
    const east = await openStore(dir.path, { site: 'east' });
    expect((await east.readCurrent())?.document.site).toBe('east');
  });
});

describe('calls at the same time', () => {
  it('are carried out one after the other', async () => {
    await using dir = await home();
    const store = await openStore(dir.path);
    const generation = sampleGeneration({ generation: 1 });
    const [, , , read] = await Promise.all([
      store.seal(generation),
      store.seal(generation),
      store.activate(1),
      store.readCurrent(),
    ]);
    expect(read).toEqual(generation);
  });

  it('of two stores seal the same generation into one intact snapshot', async () => {
    await using dir = await home();
    const [one, other] = await Promise.all([openStore(dir.path), openStore(dir.path)]);
    const generation = sampleGeneration({ generation: 1, tags: 4000 });
    const manifests = await Promise.all([one.seal(generation), other.seal(generation)]);
    expect(manifests[0]).toEqual(manifests[1]);
    expect(await one.read(1)).toEqual(generation);
    expect(readdirSync(one.directory).sort()).toEqual(['1.json', '1.mdb']);
  });
});

async function damageFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1] ^= 0x01;
  await chmod(path, 0o600);
  await writeFile(path, bytes);
}

async function replaceWith(source: string, target: string): Promise<void> {
  await rm(target);
  await copyFile(source, target);
}
