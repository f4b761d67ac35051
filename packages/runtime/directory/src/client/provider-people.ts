import { GatewayError, toGatewayError, type Logger } from '@fieldwarden/core';
import type { Grant, Principal } from '@fieldwarden/gateway-contract';
import type { BegunAtProvider, ProvidedPerson } from '../oidc/oidc-provider.js';
import type { RoleMap } from '../roles/role-map.js';
import { directoryRequests } from '../service/directory-requests.js';
import type { AskAccessService } from './directory-people.js';
import type { LastGrants } from './known-roles.js';

export interface ProviderPeopleDependencies {
  readonly ask: AskAccessService;
  /** What groups give now. */
  readonly roles: () => RoleMap;
  readonly logger: Logger;
}

/** Who was let in by the provider, and until when at most: ms since 1970 UTC, or null. */
export interface SignedInAtProvider {
  readonly principal: Principal;
  readonly endsAtMs: number | null;
}

/** People of the OIDC provider, as the console's routes ask for them. */
export class ProviderPeople {
  readonly id = 'oidc';
  readonly #deps: ProviderPeopleDependencies;

  constructor(deps: ProviderPeopleDependencies) {
    this.#deps = deps;
  }

  /** Rejects with kind `unreachable`. */
  async begin(redirectUri: string): Promise<BegunAtProvider> {
    return (await this.#asked(directoryRequests.beginSignIn, { redirectUri })) as BegunAtProvider;
  }

  /** Rejects with kind `forbidden` or `unreachable`. */
  async finish(secret: string, query: string): Promise<SignedInAtProvider> {
    const person = (await this.#asked(directoryRequests.finishSignIn, { secret, query })) as ProvidedPerson;
    const { name, groups, endsAtMs } = person;
    const grants = this.#deps.roles().ofProvider(groups);
    if (grants.length > 0) return { principal: { name, grants, proof: 'oidc' }, endsAtMs };
    this.#deps.logger.warn(`${name} of the provider is refused: none of the groups of ${name} has a role`, { groups });
    const message = `${name} has no role here: no group of ${name} is named under access.roles of the plant`;
    throw new GatewayError({ code: 'OIDC_NO_ROLE', kind: 'forbidden', message });
  }

  /** The provider is not asked again: what it gave at the sign-in, as far as some group still has it. Undefined: nothing any more. */
  grantsNow(_name: string, { grants }: LastGrants): readonly Grant[] | undefined {
    const roles = this.#deps.roles();
    const given = grants.filter((grant) => roles.gives(grant));
    return given.length > 0 ? given : undefined;
  }

  async #asked(name: string, body: unknown): Promise<unknown> {
    try {
      return await this.#deps.ask(name, body);
    } catch (cause) {
      const error = toGatewayError(cause);
      if (error.kind === 'forbidden') throw error;
      this.#deps.logger.warn(`the provider lets nobody in: ${error.message}`);
      throw new GatewayError({ code: 'OIDC_UNREACHABLE', kind: 'unreachable', message: away, cause });
    }
  }
}

/** For strangers: which provider it is, and what it said, is in the log and the alarm. */
const away = 'the provider cannot be asked at the moment; local accounts of this gateway can sign in';
