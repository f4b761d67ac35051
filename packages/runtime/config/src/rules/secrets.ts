import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '@fieldwarden/core';
import type { FieldPath, Findings } from './findings.js';
import { isRecord } from '../document/schema-walk.js';

/** Where references are looked up. Undefined = there is none. */
export interface SecretSource {
  env(name: string): string | undefined;
  /** Text of a file. Throws like `readFileSync`. */
  file(path: string): string;
}

/** The environment of this process, and files relative to `baseDir`. */
export function systemSecrets(baseDir: string): SecretSource {
  return {
    env: (name) => process.env[name],
    file: (path) => readSmallFile(resolve(baseDir, path)),
  };
}

const maxSecretBytes = 64 * 1024;

/** Refuses devices, pipes and large files, which would block or fill the process. */
function readSmallFile(path: string): string {
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > maxSecretBytes) {
    throw new Error(`it is not a regular file of at most ${maxSecretBytes} bytes`);
  }
  return readFileSync(path, 'utf8');
}

const reference = /\$\{(env|file):([^}]*)\}/g;

/** Options nested deeper than this are no options. */
const maxDepth = 64;

/** Shorter secrets protect nothing, and blanking them would make messages unreadable. */
const minRedactedLength = 3;

/**
 * Replaces `${env:NAME}` and `${file:PATH}` in every text of options, and remembers what it put there, so that no message
 * repeats it. A missing secret is a finding that names the reference, never the value.
 */
export class SecretResolver {
  readonly #source: SecretSource;
  readonly #seen = new Set<string>();

  constructor(source: SecretSource) {
    this.#source = source;
  }

  /** A copy of `value` with all references replaced. */
  resolve(value: unknown, path: FieldPath, findings: Findings): unknown {
    if (typeof value === 'string') return this.#resolveText(value, path, findings);
    if (path.length > maxDepth) {
      findings.error(path.slice(0, 8), 'options-depth', `options are nested deeper than ${maxDepth} levels`);
      return undefined;
    }
    if (Array.isArray(value)) return value.map((element, i) => this.resolve(element, [...path, i], findings));
    if (!isRecord(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, this.resolve(field, [...path, name], findings)]),
    );
  }

  /** `text` without any secret that was resolved here. */
  redact(text: string): string {
    let redacted = text;
    for (const secret of this.#seen) redacted = redacted.replaceAll(secret, '***');
    return redacted;
  }

  #resolveText(text: string, path: FieldPath, findings: Findings): string {
    return text.replace(reference, (written: string, kind: string, name: string) => {
      const secret = this.#lookUp(kind, name, path, findings);
      if (secret !== undefined && secret.length >= minRedactedLength) this.#seen.add(secret);
      return secret ?? written;
    });
  }

  #lookUp(kind: string, name: string, path: FieldPath, findings: Findings): string | undefined {
    if (kind === 'env') {
      const value = this.#source.env(name);
      if (value === undefined) findings.error(path, 'secret-missing', `environment variable ${name} is not set`);
      return value;
    }
    try {
      // Editors and `echo` end a file with a line break that is no part of the secret.
      return this.#source.file(name).replace(/\r?\n$/, '');
    } catch (error) {
      findings.error(path, 'secret-missing', `secret file ${name} cannot be read: ${messageOf(error)}`);
      return undefined;
    }
  }
}
