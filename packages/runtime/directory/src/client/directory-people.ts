import { GatewayError, messageOf, toGatewayError, type Clock, type Logger } from '@fieldwarden/core';
import type { Grant, Principal } from '@fieldwarden/gateway-contract';
import type { DirectoryPerson, PasswordCheck } from '../ldap/ldap-directory.js';
import type { RoleMap } from '../roles/role-map.js';
import { directoryRequests } from '../service/directory-requests.js';
import { KnownRoles, type LastGrants } from './known-roles.js';

/** Asks the service `access`, in the name of the gateway itself. */
export type AskAccessService = (name: string, body: unknown) => Promise<unknown>;

export interface DirectoryPeopleDependencies {
  readonly ask: AskAccessService;
  /** What groups give now. */
  readonly roles: () => RoleMap;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** People of the LDAP directory, as the gateway's sign-in desk asks for them. */
export class DirectoryPeople {
  readonly id = 'ldap';
  readonly #deps: DirectoryPeopleDependencies;
  readonly #known: KnownRoles;

  constructor(deps: DirectoryPeopleDependencies) {
    this.#deps = deps;
    const { ask, roles, clock, logger } = deps;
    this.#known = new KnownRoles({
      lookUp: async (user) => ((await ask(directoryRequests.lookUp, { user })) as DirectoryPerson | null)?.groups,
      roles,
      clock,
      onTrouble: (name, error) =>
        logger.warn(`the directory does not say what ${name} may do by now: ${messageOf(error)}`),
    });
  }

  /** Who is known but has no role may not come in either, and is `unknown`. Rejects with kind `unreachable`. */
  async signIn({
    user,
    password,
  }: {
    readonly user: string;
    readonly password: string;
  }): Promise<Principal | 'unknown' | 'refused'> {
    const { logger, roles } = this.#deps;
    const check = await this.#check(user, password);
    if (check.outcome === 'unknown') return 'unknown';
    if (check.outcome === 'refused') {
      logger.info(`${user} is refused: ${check.reason}`);
      return 'refused';
    }
    const { name, groups } = check.person;
    const grants = roles().ofDirectory(groups);
    if (grants.length === 0) {
      logger.warn(`${name} of the directory is refused: none of the groups of ${name} has a role`, { groups });
      return 'unknown';
    }
    this.#known.said(name, groups);
    return { name, grants, proof: 'ldap' };
  }

  /** What somebody who signed in may do by now. Undefined: nothing any more. */
  grantsNow(name: string, last: LastGrants): readonly Grant[] | undefined {
    return this.#known.grantsNow(name, last);
  }

  async #check(user: string, password: string): Promise<PasswordCheck> {
    try {
      return (await this.#deps.ask(directoryRequests.checkPassword, { user, password })) as PasswordCheck;
    } catch (cause) {
      const { message } = toGatewayError(cause);
      this.#deps.logger.warn(`the directory cannot say who ${user} is: ${message}`);
      throw new GatewayError({ code: 'DIRECTORY_UNREACHABLE', kind: 'unreachable', message: away, cause });
    }
  }
}

/** For strangers: which server it is, and what it said, is in the log and the alarm. */
const away = 'the directory cannot be asked at the moment; local accounts of this gateway can sign in';
