import { LiveSecrets, smallFileText } from '@fieldwarden/core';
import { SecretVault, type FoundSecret } from '@fieldwarden/vault';
import { existsSync, realpathSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isBelow } from './folders.js';
import type { FieldPath, Findings } from './findings.js';
import { isRecord } from '../document/schema-walk.js';
import { hasCredentials, isSecretField } from './show-value.js';

/** Where references are looked up. Undefined = it does not resolve, for whatever reason: who asks is told no more. */
export interface SecretSource {
  env(name: string): string | undefined;
  /** Text of a file. */
  file(path: string): string | undefined;
  /** Of the gateway's own, encrypted ones. Their names are no secret: what is wrong is said. Default: there are none. */
  secret?(name: string): FoundSecret;
}

/** Beyond which nothing is read, links resolved. */
export interface SecretPlaces {
  /** Relative paths begin here. */
  readonly baseDir: string;
  /** `${file:}` reads files below these only. */
  readonly folders: readonly string[];
  /** Of the gateway, whatever `folders` says: below it only `secrets` is of the plant. Undefined: there is none here. */
  readonly home?: string | undefined;
  /** Absolute paths on disks that do not answer: they are not read, and do not resolve. */
  readonly silent?: ReadonlySet<string>;
}

/** The environment of this process without the gateway's own variables, and files below the folders that the operator named. */
export function systemSecrets({ baseDir, folders, home, silent }: SecretPlaces): SecretSource {
  return {
    env: (name) => (isOwnVariable(name) ? undefined : process.env[name]),
    file: (path) =>
      silent?.has(resolve(baseDir, path))
        ? undefined
        : allowedFileText(resolve(baseDir, path), (real) => isBelow(real, folders) && !isOwnFile(real, home)),
    ...(home !== undefined && { secret: (name: string) => new SecretVault(home, process.env).find(name) }),
  };
}

/**
 * What steers the gateway, Node, systemd and the database client, and what says who runs it where: not of the plant. Who may write a
 * plant document must not read a token or the machine by it.
 */
const ownVariables =
  /^(?:FIELDWARDEN|NODE|NPM|LD|SSH|GPG|SUDO|SYSTEMD|LISTEN|WATCHDOG|DBUS|XDG|LC)_|^PG[A-Z]+$|^(?:PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|LANG|HOSTNAME|MAIL|TERM|TMPDIR|NOTIFY_SOCKET|INVOCATION_ID|JOURNAL_STREAM|CREDENTIALS_DIRECTORY|STATE_DIRECTORY|RUNTIME_DIRECTORY|LOGS_DIRECTORY|CACHE_DIRECTORY|CONFIGURATION_DIRECTORY|MAINPID|MANAGERPID)$/i;

function isOwnVariable(name: string): boolean {
  return ownVariables.test(name);
}

const maxSecretBytes = 64 * 1024;

/** Keys and tokens of the gateway, and files of environment variables, as systemd and compose read them. */
function isOwnFile(real: string, home: string | undefined): boolean {
  if (home !== undefined && isBelow(real, [home]) && !isBelow(real, [join(home, 'secrets')])) return true;
  if (isKeyFile(real)) return true;
  return /^(?:environment|\.env.*|.*\.env)$/i.test(basename(real));
}

/** The key of the encrypted secrets, wherever the operator keeps it. */
function isKeyFile(real: string): boolean {
  const { FIELDWARDEN_KEY_FILE: named } = process.env;
  return named !== undefined && existsSync(named) && realpathSync(named) === real;
}

/** Refuses what lies elsewhere, links to elsewhere, devices, pipes and large files. */
function allowedFileText(path: string, isAllowed: (real: string) => boolean): string | undefined {
  try {
    const real = realpathSync(path);
    return isAllowed(real) ? smallFileText(real, maxSecretBytes) : undefined;
  } catch {
    return undefined;
  }
}

const reference = /\$\{(env|file|secret):([^}]*)\}/g;

/** Options nested deeper than this are no options. */
const maxDepth = 64;

/**
 * Replaces `${env:NAME}`, `${file:PATH}` and `${secret:NAME}` in every text of options, and remembers what it put there, so that no message
 * repeats it. One that does not resolve is a finding that says so, and not why, unless it is one of the gateway's own. A secret in clear is a warning.
 */
export class SecretResolver {
  readonly #source: SecretSource | undefined;
  readonly #seen = new Set<string>();
  readonly #live = new LiveSecrets();
  readonly #unresolved = new Set<string>();

  /** `source`: undefined for who may not know what there is; references then stay as they are written, and nothing is said of them. */
  constructor(source: SecretSource | undefined) {
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
    return this.#live.redact(text);
  }

  /** Whether a text, as written, has a reference that did not resolve: what others say of it then is of no use. */
  isUnresolved(value: unknown): boolean {
    return typeof value === 'string' && (value.match(reference) ?? []).some((written) => this.#unresolved.has(written));
  }

  /** What references stood for. */
  get values(): readonly string[] {
    return [...this.#seen];
  }

  #resolveText(text: string, path: FieldPath, findings: Findings): string {
    if (isInClear(text, path)) findings.warning(path, 'secret-in-clear', inClear);
    return text.replace(reference, (written: string, kind: string, name: string) => {
      if (!this.#source) {
        this.#unresolved.add(written);
        return written;
      }
      const found = lookUp(this.#source, kind, name);
      if (found === undefined || 'problem' in found) {
        this.#unresolved.add(written);
        const why = found === undefined ? '' : `: ${found.problem}`;
        findings.error(path, 'secret-missing', `the reference ${written} does not resolve${why}`);
        return written;
      }
      const secret = found.value;
      if (!this.#seen.has(secret)) {
        this.#seen.add(secret);
        this.#live.learn([secret]);
      }
      return secret;
    });
  }
}

function lookUp(source: SecretSource, kind: string, name: string): FoundSecret | undefined {
  if (kind === 'secret') return source.secret?.(name);
  // Editors and `echo` end a file with a line break that is no part of the secret.
  const value = kind === 'env' ? source.env(name) : source.file(name)?.replace(/\r?\n$/, '');
  return value === undefined ? undefined : { value };
}

const inClear = 'a secret stands here in clear: keep it with `fieldwarden secrets set NAME`, and write ${secret:NAME}';

/** By the name of the field, or as a password within a URL. */
function isInClear(text: string, path: FieldPath): boolean {
  if (text === '' || holdsReference(text)) return false;
  return isSecretField(path.findLast((step) => typeof step === 'string') ?? '') || hasCredentials(text);
}

/** Whether a text says that a secret stands in its place. */
export function holdsReference(value: unknown): boolean {
  return typeof value === 'string' && value.search(reference) >= 0;
}
