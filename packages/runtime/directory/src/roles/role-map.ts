import { isDeepStrictEqual } from 'node:util';
import type { Grant } from '@fieldwarden/gateway-contract';
import type { RoleSettings } from '../settings/role-settings.js';
import { normalisedDn } from './distinguished-name.js';

/** What groups allow. Groups of a directory are compared as distinguished names, those of a provider as texts. */
export class RoleMap {
  readonly #roles: readonly { readonly groups: ReadonlySet<string>; readonly grant: Grant }[];

  constructor(roles: readonly RoleSettings[]) {
    this.#roles = roles.map(({ role, areas, groups }) => ({
      groups: new Set(groups.flatMap((group) => [group, dnKey(group)])),
      grant: { role, areas },
    }));
  }

  /** Of a person who is in these groups of a directory. */
  ofDirectory(groupDns: readonly string[]): readonly Grant[] {
    return this.#of(groupDns.map(dnKey));
  }

  /** Of a person who has these groups in a token. */
  ofProvider(groups: readonly string[]): readonly Grant[] {
    return this.#of(groups);
  }

  /** Whether some group still has this role for these areas. */
  gives(grant: Grant): boolean {
    return this.#roles.some((role) => isDeepStrictEqual(role.grant, grant));
  }

  #of(keys: readonly string[]): readonly Grant[] {
    return this.#roles.filter(({ groups }) => keys.some((key) => groups.has(key))).map(({ grant }) => grant);
  }
}

/** A text that no name of a group in a token is: two names of one group have the same. */
export function dnKey(group: string): string {
  return `\0${normalisedDn(group) ?? group.toLowerCase()}`;
}
