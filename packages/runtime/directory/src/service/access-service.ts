import { isDeepStrictEqual } from 'node:util';
import { GatewayError } from '@fieldwarden/core';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { Service, ServiceContext, ServiceHealth } from '@fieldwarden/service';
import { LdapDirectory } from '../ldap/ldap-directory.js';
import { OidcProvider } from '../oidc/oidc-provider.js';
import type { AccessSettings } from '../settings/access-settings.js';
import { readCaFile } from '../settings/ca-file.js';
import {
  beginRequest,
  directoryRequests,
  finishRequest,
  isGatewayItself,
  lookUpRequest,
  passwordRequest,
} from './directory-requests.js';
import { SourceWatch } from './source-watch.js';

/** A place that knows people, the settings that it was made from, and whether it can be asked. */
interface Watched<Settings, Source> {
  readonly settings: Settings;
  readonly source: Source;
  readonly watch: SourceWatch;
}

/** Asks the directory and the provider of the plant on behalf of the gateway, which decides what follows. */
export class AccessService implements Service<AccessSettings> {
  readonly #context: ServiceContext<AccessSettings>;
  #ldap: Watched<NonNullable<AccessSettings['ldap']>, LdapDirectory> | undefined;
  #oidc: Watched<NonNullable<AccessSettings['oidc']>, OidcProvider> | undefined;

  constructor(context: ServiceContext<AccessSettings>) {
    this.#context = context;
  }

  /** Waits for nobody: a directory that is away is an alarm. Rejects with kind `config` for a file that cannot be read. */
  start(signal: AbortSignal): Promise<undefined> {
    return Promise.resolve(signal.aborted ? undefined : this.#take(this.#context.settings));
  }

  apply(settings: AccessSettings): Promise<void> {
    return Promise.resolve(this.#take(settings));
  }

  status(): Readonly<Record<string, unknown>> {
    return {
      ldap: this.#ldap ? { server: this.#ldap.source.server ?? null, ...stateOf(this.#ldap.watch) } : null,
      oidc: this.#oidc ? { issuer: this.#oidc.settings.issuer, ...stateOf(this.#oidc.watch) } : null,
    };
  }

  health(): ServiceHealth {
    const reasons = [this.#ldap, this.#oidc].flatMap((watched) => watched?.watch.trouble ?? []);
    return reasons.length === 0 ? { state: 'Healthy' } : { state: 'Degraded', reason: reasons.join('; ') };
  }

  async request(name: string, body: unknown, origin: Origin): Promise<unknown> {
    if (!isGatewayItself(origin)) throw unknownRequest(name);
    switch (name) {
      case directoryRequests.checkPassword: {
        const { user, password } = passwordRequest.parse(body);
        const { source, watch } = configured(this.#ldap, 'directory');
        return await watch.asked(source.checkPassword(user, password));
      }
      case directoryRequests.lookUp: {
        const { user } = lookUpRequest.parse(body);
        const { source, watch } = configured(this.#ldap, 'directory');
        return (await watch.asked(source.lookUp(user))) ?? null;
      }
      case directoryRequests.beginSignIn: {
        const { redirectUri } = beginRequest.parse(body);
        const { source, watch } = configured(this.#oidc, 'provider');
        return await watch.asked(source.begin(redirectUri));
      }
      case directoryRequests.finishSignIn: {
        const { secret, query } = finishRequest.parse(body);
        const { source, watch } = configured(this.#oidc, 'provider');
        return await watch.asked(source.finish(secret, query));
      }
      default:
        throw unknownRequest(name);
    }
  }

  stop(): Promise<void> {
    this.#ldap?.watch[Symbol.dispose]();
    this.#oidc?.watch[Symbol.dispose]();
    this.#ldap = undefined;
    this.#oidc = undefined;
    return Promise.resolve();
  }

  /** What did not change goes on: sign-ins that were begun, servers that rest. */
  #take({ ldap, oidc }: AccessSettings): undefined {
    const { clock } = this.#context;
    if (!isDeepStrictEqual(ldap, this.#ldap?.settings ?? null)) {
      this.#ldap?.watch[Symbol.dispose]();
      this.#ldap = undefined;
      if (ldap) {
        const source = new LdapDirectory({ settings: ldap, ca: readCaFile(ldap.caFile), clock });
        this.#ldap = { settings: ldap, source, watch: this.#watch('directory-away', () => source.probe()) };
      }
    }
    if (!isDeepStrictEqual(oidc, this.#oidc?.settings ?? null)) {
      this.#oidc?.watch[Symbol.dispose]();
      this.#oidc = undefined;
      if (oidc) {
        const source = new OidcProvider({ settings: oidc, ca: readCaFile(oidc.caFile), clock });
        this.#oidc = { settings: oidc, source, watch: this.#watch('provider-away', () => source.probe()) };
      }
    }
  }

  #watch(conditionId: string, probe: () => Promise<void>): SourceWatch {
    const { alarms, clock, logger, random } = this.#context;
    return new SourceWatch({ conditionId, probe, alarms, clock, logger, random });
  }
}

function stateOf({ isReachable, trouble }: SourceWatch): Readonly<Record<string, unknown>> {
  return { reachable: isReachable, lastError: trouble ?? null };
}

function configured<Source>(watched: Source | undefined, what: string): Source {
  if (watched) return watched;
  throw new GatewayError({ code: 'ACCESS_NOT_CONFIGURED', kind: 'config', message: `the plant names no ${what}` });
}

function unknownRequest(name: string): GatewayError {
  const message = `the service access answers no request ${JSON.stringify(name)}`;
  return new GatewayError({ code: 'SERVICE_REQUEST_UNKNOWN', kind: 'unsupported', message });
}
