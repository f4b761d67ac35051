import { FakeClock, temporaryDirectory, type TemporaryDirectory } from '@fieldwarden/testkit';
import fc from 'fast-check';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretVault } from './secret-vault.js';

const clock = new FakeClock();

describe('a vault of secrets', () => {
  let folder: TemporaryDirectory;
  let vault: SecretVault;
  const file = (name: string): string => join(folder.path, name);

  beforeEach(async () => {
    folder = await temporaryDirectory();
    vault = new SecretVault(folder.path, {});
  });

  afterEach(async () => await folder[Symbol.asyncDispose]());

  it('gives back what was set, and has it on disk in no form that says it', () => {
    const anyValue = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(anyValue, (value) => {
        vault.set('plc', value, clock);
        expect(vault.find('plc')).toEqual({ value });
      }),
      { numRuns: 25 },
    );
    vault.set('plc', 'canary-of-the-vault', clock);
    expect(readFileSync(file('secrets.json'), 'latin1')).not.toContain('canary');
    for (const name of ['secrets.json', 'secret.key']) expect(statSync(file(name)).mode & 0o777).toBe(0o600);
  });

  it('lists names and never a value; a second vault sees at once what the first one sets', () => {
    const second = new SecretVault(folder.path, {});
    vault.set('b', 'value-b', clock);
    vault.set('a', 'value-a', clock);
    expect(second.list()).toEqual({
      secrets: ['a', 'b'].map((name) => ({ name, changedAt: expect.any(String) as string, problem: null })),
      problem: null,
    });
    expect(second.remove('a')).toBe(true);
    expect([vault.remove('a'), vault.list().secrets.length]).toEqual([false, 1]);
  });

  it('says how to set one that is not there', () => {
    expect(vault.find('nope')).toEqual({ problem: expect.stringContaining('fieldwarden secrets set nope') as string });
    expect(vault.find('__proto__')).toMatchObject({ problem: expect.stringContaining('there is no secret') as string });
  });

  it('does not open a value that was moved under another name, cut, or changed in one byte', () => {
    vault.set('a', 'value-a', clock);
    const stored = JSON.parse(readFileSync(file('secrets.json'), 'utf8')) as StoredFile;
    const sealed = stored.secrets.a;
    const tag = Buffer.from(sealed.tag, 'base64');
    const data = Buffer.from(sealed.data, 'base64');
    data[0] ^= 1;
    const broken: Record<string, object> = {
      moved: sealed,
      short: { ...sealed, tag: tag.subarray(0, 4).toString('base64') },
      flipped: { ...sealed, data: data.toString('base64') },
      empty: {},
    };
    writeFileSync(file('secrets.json'), JSON.stringify({ ...stored, secrets: { ...broken, a: sealed } }));
    for (const name of Object.keys(broken)) expect(vault.find(name), name).toMatchObject({ problem: expect.stringContaining('is damaged') as string }); // prettier-ignore
    expect(vault.find('a')).toEqual({ value: 'value-a' });
    expect(vault.list().secrets.filter(({ problem }) => problem === null)).toHaveLength(1);
  });

  it.each([
    ['cut', '{"version":1,"keyId":"', 'is damaged'],
    ['of another shape', '[]', 'is damaged'],
    ['of a newer version', '{"version":99}', 'newer version'],
  ])('a file that is %s is said, and neither read nor overwritten', (_what, text, words) => {
    writeFileSync(file('secrets.json'), text);
    expect(vault.find('a')).toEqual({ problem: expect.stringContaining(words) as string });
    expect(() => vault.set('a', 'value', clock)).toThrow(words);
    expect(readFileSync(file('secrets.json'), 'utf8')).toBe(text);
  });

  it('says that the key is another one, or gone, and never makes a new one over secrets that it cannot open', () => {
    vault.set('a', 'value-a', clock);
    copyFileSync(file('secret.key'), file('kept'));
    rmSync(file('secret.key'));
    expect(vault.find('a')).toEqual({ problem: expect.stringMatching(/secret\.key, is gone; bring that key back/) as string }); // prettier-ignore
    expect(() => vault.set('b', 'value', clock)).toThrow('is gone');
    writeFileSync(file('secret.key'), Buffer.alloc(32, 7));
    expect(vault.find('a')).toEqual({ problem: expect.stringContaining('is another key') as string });
    copyFileSync(file('kept'), file('secret.key'));
    expect(vault.find('a')).toEqual({ value: 'value-a' });
  });

  it('takes the key of a systemd credential before that of a named file before its own', () => {
    const credentials = file('credentials');
    mkdirSync(credentials);
    writeFileSync(file('named'), Buffer.alloc(32, 1).toString('hex'));
    const named = new SecretVault(folder.path, { FIELDWARDEN_KEY_FILE: file('named') });
    named.set('a', 'value-a', clock);
    expect(vault.find('a')).toMatchObject({ problem: expect.stringContaining('is gone') as string });
    writeFileSync(join(credentials, 'fieldwarden.key'), Buffer.alloc(32, 1));
    const env = { CREDENTIALS_DIRECTORY: credentials, FIELDWARDEN_KEY_FILE: file('nowhere') };
    expect(new SecretVault(folder.path, env).find('a')).toEqual({ value: 'value-a' });
    const missing = new SecretVault(folder.path, { FIELDWARDEN_KEY_FILE: file('nowhere') });
    expect(missing.find('a')).toEqual({ problem: expect.stringContaining('there is no such file') as string });
  });

  it('refuses names and values that it cannot keep', () => {
    for (const name of ['', '../x', 'a b', 'x'.repeat(65)]) expect(() => vault.set(name, 'value', clock)).toThrow('no name of a secret'); // prettier-ignore
    for (const value of ['', 'x'.repeat(65_537)])
      expect(() => vault.set('a', value, clock)).toThrow('1 to 65536 bytes');
  });
});

interface StoredFile {
  readonly secrets: Readonly<Record<string, { readonly tag: string; readonly data: string }>>;
}
