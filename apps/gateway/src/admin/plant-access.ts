import type { Access } from '@fieldwarden/accounts';
import { newCorrelationId, type Clock, type Logger } from '@fieldwarden/core';
import {
  accessSettings,
  DirectoryPeople,
  ProviderPeople,
  RoleMap,
  type AccessSettings,
  type AskAccessService,
} from '@fieldwarden/directory';
import { gatewayPrincipal } from '@fieldwarden/gateway-contract';
import type { RunningServices } from '@fieldwarden/services';

export interface PlantAccessDependencies {
  readonly access: Access;
  readonly services: Pick<RunningServices, 'configured' | 'request'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

/** What the section `access` of the running plant says, carried out at the way in: people of a directory or a provider, roles, sessions. */
export class PlantAccess implements Disposable {
  readonly #deps: PlantAccessDependencies;
  readonly #directory: DirectoryPeople;
  readonly #provider: ProviderPeople;
  #roles = new RoleMap([]);
  #ldap: Disposable | undefined;
  #oidc: Disposable | undefined;

  constructor(deps: PlantAccessDependencies) {
    this.#deps = deps;
    const { services, clock, logger } = deps;
    const ask: AskAccessService = (name, body) =>
      services.request('access', name, body, {
        via: 'gateway',
        principal: gatewayPrincipal('gateway', 'admin'),
        correlationId: newCorrelationId(),
      });
    const roles = (): RoleMap => this.#roles;
    this.#directory = new DirectoryPeople({ ask, roles, clock, logger });
    this.#provider = new ProviderPeople({ ask, roles, logger });
  }

  /** What is configured by now counts from now on, for sessions that are open as well. */
  take(): void {
    const { access } = this.#deps;
    const { roles, ldap, oidc, sessions, anonymousConsole } = this.#settings();
    this.#roles = new RoleMap(roles);
    access.sessions.limit({ idleMs: sessions.idleMinutes * minuteMs, absoluteMs: sessions.absoluteHours * hourMs });
    access.isOpenToViewers = anonymousConsole;
    if (ldap) this.#ldap ??= access.use(this.#directory);
    else this.#ldap = endOf(this.#ldap);
    if (oidc) this.#oidc ??= access.use(this.#provider);
    else this.#oidc = endOf(this.#oidc);
    const { title, consoleUrl } = oidc ?? {};
    access.oidc =
      title === undefined
        ? null
        : {
            title,
            begin: (redirectUri) => this.#provider.begin(openedAt(consoleUrl ?? null, redirectUri)),
            finish: (secret, query) => this.#provider.finish(secret, query),
          };
    access.changed();
  }

  [Symbol.dispose](): void {
    this.#ldap = endOf(this.#ldap);
    this.#oidc = endOf(this.#oidc);
  }

  /** A section that is off, or refused since it ran, says nothing: the defaults count, and nobody comes in from outside. */
  #settings(): AccessSettings {
    const service = this.#deps.services.configured.find(({ name, use }) => name === 'access' && use === null);
    const counts = service?.enabled === true && service.refusal === undefined;
    return counts ? (service.settings as AccessSettings) : accessSettings.parse({});
  }
}

function endOf(use: Disposable | undefined): undefined {
  use?.[Symbol.dispose]();
}

/** Behind a proxy, the console has another address than this gateway sees. */
function openedAt(consoleUrl: string | null, redirectUri: string): string {
  return consoleUrl === null ? redirectUri : new URL(new URL(redirectUri).pathname, consoleUrl).href;
}
