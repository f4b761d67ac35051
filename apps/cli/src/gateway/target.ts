import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { usageError } from '../cli-error.js';
import type { TrustOptions } from './server-trust.js';

/** Which gateway a command speaks to: the one of a home directory, over its local socket, or any over HTTP. */
export type Target =
  | { readonly via: 'socket'; readonly home: string }
  | { readonly via: 'url'; readonly url: URL; readonly token: string | undefined; readonly trust: TrustOptions };

export interface TargetOptions {
  readonly home?: string;
  readonly url?: string;
  /** Of a gateway that is asked by https. */
  readonly ca?: string;
  readonly fingerprint?: string;
}

/** `--home`, else FIELDWARDEN_HOME, else `~/.fieldwarden`; absolute. */
export function homeDirectory({ home }: TargetOptions, env: NodeJS.ProcessEnv): string {
  return resolve(home ?? (env.FIELDWARDEN_HOME || join(homedir(), '.fieldwarden')));
}

export function targetOf(options: TargetOptions, env: NodeJS.ProcessEnv): Target {
  const { url, ca, fingerprint } = options;
  if (url !== undefined)
    return {
      via: 'url',
      url: apiUrl(url),
      token: env.FIELDWARDEN_TOKEN,
      trust: { ca: ca ?? (env.FIELDWARDEN_CA || undefined), fingerprint },
    };
  return { via: 'socket', home: homeDirectory(options, env) };
}

/** For people: `~/.fieldwarden`. */
export function tildePath(path: string): string {
  const home = homedir();
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function apiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw usageError(`--url takes an address like http://127.0.0.1:4842, not ${JSON.stringify(text)}`);
}
