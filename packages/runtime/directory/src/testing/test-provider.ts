import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface TestProviderOptions {
  /** Name → groups. */
  readonly people: Readonly<Record<string, readonly string[]>>;
  readonly redirectUris: readonly string[];
  /** Default: a public client. */
  readonly clientSecret?: string;
  /** Whether claims stand only where the access token leads. */
  readonly onlyUserInfo?: boolean;
}

/** A provider of OpenID Connect in this process, on loopback, made by others. Its forms are filled in without a browser. */
export class TestProvider implements AsyncDisposable {
  readonly clientId = 'fieldwarden';
  readonly #server: Server;
  readonly #port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  static async start(options: TestProviderOptions): Promise<TestProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const started = new TestProvider(server, port);
    const handle = started.#provider(options).callback();
    server.on('request', (request, response) => void handle(request, response));
    return started;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Goes where a browser would be sent, signs in there as somebody, and gives the URL to which it would be sent back. */
  async signIn(url: string, name: string): Promise<URL> {
    const cookies = new Map<string, string>();
    let at = new URL(url);
    let form: URLSearchParams | undefined;
    for (let step = 0; step < 20; step++) {
      if (at.origin !== this.issuer) return at;
      const answer = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
        ...(form && { method: 'POST', body: form }),
      });
      form = undefined;
      for (const cookie of answer.headers.getSetCookie()) {
        const [, key, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
        cookies.set(key, value);
      }
      const location = answer.headers.get('location');
      if (location !== null) {
        at = new URL(location, at);
        continue;
      }
      const page = await answer.text();
      if (!answer.ok) throw new Error(`the provider answers ${answer.status}: ${page}`);
      const asks = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (asks === undefined) throw new Error(`the provider shows ${page}`);
      form = new URLSearchParams({ prompt: asks, ...(asks === 'login' && { login: name, password: 'any' }) });
      at = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? at.href, at);
    }
    throw new Error('the provider goes round in circles');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #provider({ people, redirectUris, clientSecret, onlyUserInfo = false }: TestProviderOptions): Provider {
    return new Provider(this.issuer, {
      clients: [
        {
          client_id: this.clientId,
          redirect_uris: [...redirectUris],
          ...(clientSecret === undefined
            ? { token_endpoint_auth_method: 'none' as const }
            : { client_secret: clientSecret }),
        },
      ],
      claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
      conformIdTokenClaims: onlyUserInfo,
      cookies: { keys: ['of the test'] },
      pkce: { required: () => true },
      ttl: { IdToken: 1_800 },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, preferred_username: id, groups: [...(people[id] ?? [])] }),
      }),
    });
  }
}
