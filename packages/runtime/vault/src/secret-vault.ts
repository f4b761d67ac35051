import { GatewayError, messageOf, type Clock } from '@fieldwarden/core';
import { replaceFileSync } from '@fieldwarden/storage/replace-file';
import { join } from 'node:path';
import { openSecret, sealSecret, type SealedSecret } from './sealed-secret.js';
import { readSecretsFile, secretsFileName, secretsVersion, type SecretsFile } from './secrets-file.js';
import { keyPlace, makeOwnKey, readKey, type VaultKey } from './vault-key.js';

/** A value, or why there is none: in words, and never a part of it. */
export type FoundSecret = { readonly value: string } | { readonly problem: string };

/** One that is kept; nothing here tells its value. */
export interface KeptSecret {
  readonly name: string;
  /** ISO-8601, UTC. */
  readonly changedAt: string;
  /** Why it cannot be used; null: it can. */
  readonly problem: string | null;
}

/** As `${secret:NAME}` writes it. */
export const secretName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** Of a value, in UTF-8: as much as a file of a secret may have. */
export const maxSecretBytes = 64 * 1024;

/** More than any plant needs. */
const maxSecrets = 1_000;

/**
 * The secrets of a home directory, `<home>/secrets.json`, each encrypted by itself (SPEC §13.5). Reads the file at every question: who sets one, the
 * gateway or a command without it, need not tell the others.
 */
export class SecretVault {
  readonly #home: string;
  readonly #env: NodeJS.ProcessEnv;

  /** `env`: says where the key is. */
  constructor(home: string, env: NodeJS.ProcessEnv) {
    this.#home = home;
    this.#env = env;
  }

  /** Never throws: what is wrong is said, and costs who asked. */
  find(name: string): FoundSecret {
    const opened = this.#open();
    if ('problem' in opened) return opened;
    const sealed = opened.file && ownEntry(opened.file, name);
    if (!sealed) return { problem: `there is no secret ${name}; set it with: fieldwarden secrets set ${name}` };
    return this.#unsealed(name, sealed, opened.key);
  }

  /** By name. `problem` beside it: what is wrong with all of them. */
  list(): { readonly secrets: readonly KeptSecret[]; readonly problem: string | null } {
    const read = readSecretsFile(this.#home);
    if ('problem' in read) return { secrets: [], problem: read.problem };
    const opened = this.#open();
    const problem = 'problem' in opened ? opened.problem : null;
    const entries = Object.entries(read.file?.secrets ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const secrets = entries.map(([name, sealed]) => {
      const found = 'problem' in opened ? opened : this.#unsealed(name, sealed, opened.key);
      return { name, changedAt: sealed.changedAt, problem: 'problem' in found ? found.problem : null };
    });
    return { secrets, problem };
  }

  /** Sets or replaces. Throws kind `config`: SECRET_NAME, SECRET_VALUE, SECRETS_UNUSABLE, SECRET_KEY_UNUSABLE; kind `unreachable`: SECRETS_NOT_WRITTEN. */
  set(name: string, value: string, clock: Pick<Clock, 'wallMs'>): void {
    if (!secretName.test(name)) throw refused('SECRET_NAME', `${JSON.stringify(name)} is no name of a secret: letters, digits and . _ -, at most 64`); // prettier-ignore
    const bytes = Buffer.byteLength(value);
    if (bytes === 0 || bytes > maxSecretBytes) throw refused('SECRET_VALUE', `a secret has 1 to ${maxSecretBytes} bytes, this one has ${bytes}`); // prettier-ignore
    const { file, key = makeOwnKey(this.#home) } = this.#opened();
    const secrets = { ...file?.secrets };
    if (!Object.hasOwn(secrets, name) && Object.keys(secrets).length >= maxSecrets) {
      throw refused('SECRETS_TOO_MANY', `there are ${maxSecrets} secrets; remove those that nothing uses`);
    }
    const sealed = sealSecret(name, value, key.key, new Date(clock.wallMs()).toISOString());
    this.#write({ keyId: key.id, secrets: { ...secrets, [name]: sealed } });
  }

  /** False if there was none. One that cannot be opened goes, too. Throws SECRETS_UNUSABLE for a damaged file. */
  remove(name: string): boolean {
    const read = readSecretsFile(this.#home);
    if ('problem' in read) throw refused('SECRETS_UNUSABLE', read.problem);
    if (!read.file || !ownEntry(read.file, name)) return false;
    const { [name]: _removed, ...secrets } = read.file.secrets;
    this.#write({ keyId: read.file.keyId, secrets });
    return true;
  }

  #write(file: SecretsFile): void {
    const path = join(this.#home, secretsFileName);
    try {
      replaceFileSync(path, `${JSON.stringify({ version: secretsVersion, ...file }, null, 1)}\n`);
    } catch (error) {
      const message = `${path} could not be written, and is as it was: ${messageOf(error)}`;
      throw new GatewayError({ code: 'SECRETS_NOT_WRITTEN', kind: 'unreachable', message, cause: error });
    }
  }

  #unsealed(name: string, sealed: SealedSecret, key: VaultKey | undefined): FoundSecret {
    const value = key && openSecret(name, sealed, key.key);
    if (value !== undefined) return { value };
    return { problem: `the secret ${name} is damaged; set it again with: fieldwarden secrets set ${name}` };
  }

  #opened(): Opened {
    const opened = this.#open();
    if ('problem' in opened) throw refused('SECRETS_UNUSABLE', opened.problem);
    return opened;
  }

  /** The file together with a key that fits it. */
  #open(): Opened | { readonly problem: string } {
    const read = readSecretsFile(this.#home);
    if ('problem' in read) return read;
    const { file } = read;
    try {
      const key = readKey(this.#home, this.#env);
      const isEmpty = !file || Object.keys(file.secrets).length === 0;
      if (isEmpty || key?.id === file.keyId) return { file, key };
      return { problem: this.#otherKey(key) };
    } catch (error) {
      return { problem: (error as Error).message };
    }
  }

  #otherKey(key: VaultKey | undefined): string {
    const { path } = keyPlace(this.#home, this.#env);
    const what = key ? `${path} is another key than the secrets were encrypted with` : `the key of the secrets, ${path}, is gone`; // prettier-ignore
    return `${what}; bring that key back, or remove ${join(this.#home, secretsFileName)} and set the secrets again`;
  }
}

interface Opened {
  readonly file: SecretsFile | undefined;
  /** None has been made yet. */
  readonly key: VaultKey | undefined;
}

function ownEntry({ secrets }: SecretsFile, name: string): SealedSecret | undefined {
  return Object.hasOwn(secrets, name) ? secrets[name] : undefined;
}

function refused(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message });
}
