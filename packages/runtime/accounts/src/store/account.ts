import { GatewayError } from '@fieldwarden/core';
import { isRole, type Grant, type Role } from '@fieldwarden/gateway-contract';

/** A second factor: RFC 6238. */
export interface AccountTotp {
  /** Base32. */
  readonly secret: string;
  /** The step of the last code that was taken: none comes in twice. */
  readonly lastStep: number;
}

/** Somebody who signs in here by a password, as kept. */
export interface Account {
  readonly name: string;
  readonly role: Role;
  /** Globs over tag paths for which the role is held, where it is about tags. */
  readonly areas: readonly string[];
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly lastSignInAt: string | null;
  /** PHC string. */
  readonly password: string;
  readonly totp: AccountTotp | null;
  /** Of client certificates that stand for this person at OPC UA: SHA-1, hex, upper case. */
  readonly certificates: readonly string[];
}

export function grantsOf({ role, areas }: Pick<Account, 'role' | 'areas'>): readonly Grant[] {
  return [{ role, areas }];
}

/** Names that the gateway itself uses for who is no account. */
const reserved = new Set(['set-up', 'local', 'anonymous', 'gateway', 'nobody']);

export function checkName(name: string): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(name) || reserved.has(name.toLowerCase()))
    throw badAccount(
      'ACCOUNT_NAME',
      `${JSON.stringify(name)} is no name for an account: 1 to 64 letters, digits, . _ @ -`,
    );
}

const maxAreas = 100;

/** Throws kind `config`, `BAD_AREA`. */
export function checkAreas(areas: readonly string[]): void {
  if (areas.length === 0 || areas.length > maxAreas)
    throw badAccount('BAD_AREA', `there are 1 to ${maxAreas} areas; ** is everywhere`);
  for (const area of areas)
    if (!isArea(area))
      throw badAccount(
        'BAD_AREA',
        `${JSON.stringify(area)} is no area: paths of tags with * and **, such as packaging/**`,
      );
}

function isArea(text: string): boolean {
  return /^[\w.*-]+(?:\/[\w.*-]+)*$/.test(text) && text.length <= 200 && !/\*{3}/.test(text);
}

export function isThumbprint(text: string): boolean {
  return /^[0-9A-F]{40}$/.test(text);
}

/** Whether what a file says of a role and its areas can be understood. */
export function isGrant(role: unknown, areas: unknown): boolean {
  return isRole(role) && Array.isArray(areas) && areas.every((area) => typeof area === 'string');
}

export function badAccount(code: string, message: string): GatewayError {
  return new GatewayError({ code, kind: 'config', message });
}
