import { isDeepStrictEqual } from 'node:util';
import { GatewayError } from '@fieldwarden/core';
import type { Origin } from '@fieldwarden/gateway-contract';
import type { Service, ServiceContext, ServiceHealth } from '@fieldwarden/service';
import type { LdapDirectory } from '../ldap/ldap-directory.js';
import type { OidcProvider } from '../oidc/oidc-provider.js';
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

  #isStopped = false;

  constructor(context: ServiceContext<AccessSettings>) {
    this.#context = context;
  }

  /** Waits for nobody: a directory that is away is an alarm. Rejects with kind `config` for a file that cannot be read. */
  async start(signal: AbortSignal): Promise<undefined> {
    if (!signal.aborted) await this.apply(this.#context.settings);
  }

  /** What did not change goes on: sign-ins that were begun, servers that rest. */
  async apply({ ldap, oidc }: AccessSettings): Promise<void> {
    if (!isDeepStrictEqual(ldap, this.#ldap?.settings ?? null)) await this.#useLdap(ldap);
    if (!isDeepStrictEqual(oidc, this.#oidc?.settings ?? null)) await this.#useOidc(oidc);
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
    this.#isStopped = true;
    this.#ldap?.watch[Symbol.dispose]();
    this.#oidc?.watch[Symbol.dispose]();
    this.#ldap = undefined;
    this.#oidc = undefined;
    return Promise.resolve();
  }

  /** Libraries are loaded only now: most gateways do without. */
  async #useLdap(settings: AccessSettings['ldap']): Promise<void> {
    this.#ldap?.watch[Symbol.dispose]();
    this.#ldap = undefined;
    if (!settings) return;
    const { LdapDirectory: Directory } = await import('../ldap/ldap-directory.js');
    if (this.#isStopped) return;
    const source = new Directory({ settings, ca: readCaFile(settings.caFile), clock: this.#context.clock });
    this.#ldap = { settings, source, watch: this.#watch('directory-away', () => source.probe()) };
  }

  async #useOidc(settings: AccessSettings['oidc']): Promise<void> {
    this.#oidc?.watch[Symbol.dispose]();
    this.#oidc = undefined;
    if (!settings) return;
    const { OidcProvider: Provider } = await import('../oidc/oidc-provider.js');
    if (this.#isStopped) return;
    const source = new Provider({ settings, ca: readCaFile(settings.caFile), clock: this.#context.clock });
    this.#oidc = { settings, source, watch: this.#watch('provider-away', () => source.probe()) };
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
