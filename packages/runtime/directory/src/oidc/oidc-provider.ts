import type { Clock } from '@fieldwarden/core';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type ClientAuth,
  type Configuration,
  type DiscoveryRequestOptions,
} from 'openid-client';
import type { OidcSettings } from '../settings/oidc-settings.js';
import { BegunSignIns } from './begun-sign-ins.js';
import { groupsIn, nameIn } from './claims.js';
import { fetchWithAuthority } from './fetch-with-authority.js';
import { notBegun, providerAway, refused, signInFailure } from './oidc-errors.js';

/** Somebody whom the provider knows. */
export interface ProvidedPerson {
  readonly name: string;
  readonly groups: readonly string[];
  /** When the ID token ends, ms since 1970 UTC; null where that is not to end the session. */
  readonly endsAtMs: number | null;
}

/** Where the browser goes, and the secret that it keeps until it comes back. */
export interface BegunAtProvider {
  readonly url: string;
  readonly secret: string;
}

/** Metadata of a provider are looked at again after so long. */
const metadataMs = 3_600_000;

export interface OidcProviderDependencies {
  readonly settings: OidcSettings;
  /** Content of `caFile`. */
  readonly ca: string | undefined;
  readonly clock: Clock;
}

/** A provider of OpenID Connect (SPEC §13.1): authorization code with PKCE, state and nonce; no token of it is kept. */
export class OidcProvider {
  readonly #settings: OidcSettings;
  readonly #ca: string | undefined;
  readonly #clock: Clock;
  readonly #begun: BegunSignIns;
  #known: { readonly configuration: Promise<Configuration>; readonly endsMs: number } | undefined;

  constructor({ settings, ca, clock }: OidcProviderDependencies) {
    this.#settings = settings;
    this.#ca = ca;
    this.#clock = clock;
    this.#begun = new BegunSignIns(clock);
  }

  /** Rejects with kind `unreachable`. */
  async begin(redirectUri: string): Promise<BegunAtProvider> {
    const configuration = await this.#configuration();
    const signIn = { redirectUri, codeVerifier: randomPKCECodeVerifier(), state: randomState(), nonce: randomNonce() };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: [...new Set(['openid', ...this.#settings.scopes])].join(' '),
      code_challenge: await calculatePKCECodeChallenge(signIn.codeVerifier),
      code_challenge_method: 'S256',
      state: signIn.state,
      nonce: signIn.nonce,
    });
    return { url: url.href, secret: this.#begun.add(signIn) };
  }

  /** `query`: with which the browser came back. Rejects with kind `forbidden`, `unreachable` or `config`. */
  async finish(secret: string, query: string): Promise<ProvidedPerson> {
    const signIn = this.#begun.take(secret);
    if (!signIn) throw notBegun();
    const configuration = await this.#configuration();
    try {
      const url = new URL(signIn.redirectUri);
      url.search = query;
      const tokens = await authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: signIn.codeVerifier,
        expectedState: signIn.state,
        expectedNonce: signIn.nonce,
        idTokenExpected: true,
      });
      const token = tokens.claims()!;
      const claims = await this.#withUserInfo(configuration, token, tokens.access_token);
      return this.#personOf(claims, token.exp);
    } catch (error) {
      throw signInFailure(error, this.#settings.issuer);
    }
  }

  /** Whether it answers. Rejects with kind `unreachable`. */
  async probe(): Promise<void> {
    this.#known = undefined;
    await this.#configuration();
  }

  /** Some providers put into the ID token only who it is, and the rest where the access token leads. */
  async #withUserInfo(
    configuration: Configuration,
    token: Readonly<Record<string, unknown>> & { readonly sub: string },
    accessToken: string,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { nameClaim, groupsClaim } = this.#settings;
    const isComplete = nameIn(token, nameClaim) !== undefined && groupsIn(token, groupsClaim) !== undefined;
    if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return token;
    return { ...(await fetchUserInfo(configuration, accessToken, token.sub)), ...token };
  }

  #personOf(claims: Readonly<Record<string, unknown>>, endsAtSeconds: number): ProvidedPerson {
    const { nameClaim, groupsClaim, endWithToken } = this.#settings;
    const name = nameIn(claims, nameClaim);
    if (name === undefined) throw refused(`the provider says no name in ${nameClaim}`);
    const groups = groupsIn(claims, groupsClaim) ?? [];
    return { name, groups, endsAtMs: endWithToken ? endsAtSeconds * 1_000 : null };
  }

  async #configuration(): Promise<Configuration> {
    const nowMs = this.#clock.monotonicMs();
    if (!this.#known || this.#known.endsMs <= nowMs)
      this.#known = { configuration: this.#discover(), endsMs: nowMs + metadataMs };
    const known = this.#known;
    try {
      return await known.configuration;
    } catch (error) {
      if (this.#known === known) this.#known = undefined;
      throw providerAway(error, this.#settings.issuer);
    }
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, timeoutMs } = this.#settings;
    const isPlain = issuer.toLowerCase().startsWith('http:'); // only on this machine: `checkSettings`
    const options: DiscoveryRequestOptions = {
      timeout: timeoutMs / 1_000,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that it stands out
      execute: [enableNonRepudiationChecks, ...(isPlain ? [allowInsecureRequests] : [])],
      ...(this.#ca !== undefined && { [customFetch]: fetchWithAuthority(this.#ca) }),
    };
    return await discovery(new URL(issuer), clientId, undefined, clientAuthentication(clientSecret), options);
  }
}

/** OpenID Connect Discovery 1.0, 3: a provider that says nothing takes client_secret_basic. */
function clientAuthentication(secret: string | null): ClientAuth {
  if (secret === null) return None();
  return (server, ...rest) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const authenticate = methods.includes('client_secret_basic') ? ClientSecretBasic : ClientSecretPost;
    authenticate(secret)(server, ...rest);
  };
}
