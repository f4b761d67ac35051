import { call, open, type TestAnswer, type TestRequest } from './api-client.js';
import type { SessionAnswer } from '@fieldwarden/admin-contract';
import type { IncomingMessage } from 'node:http';

/** What a browser with the console adds to requests: the cookie of its session, and on changes the token of its page. */
export class TestBrowser {
  readonly #port: number;
  cookie: string | undefined;
  csrfToken: string | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  /** Signs in, by a token or by name and password; the answer is what the gateway said. */
  async signIn(
    by: string | { readonly user: string; readonly password: string; readonly totp?: string },
  ): Promise<TestAnswer> {
    const body = typeof by === 'string' ? { token: by } : by;
    const answer = await this.call('/session', { method: 'POST', body });
    const [setCookie] = answer.headers['set-cookie'] ?? [];
    if (setCookie !== undefined) this.cookie = setCookie.split(';')[0];
    this.csrfToken = (answer.json as Partial<SessionAnswer>).csrfToken ?? null;
    return answer;
  }

  async call(path: string, options: TestRequest = {}): Promise<TestAnswer> {
    return await call({ port: this.#port }, path, this.#with(options));
  }

  async open(path: string, options: TestRequest = {}): Promise<IncomingMessage> {
    return await open({ port: this.#port }, path, this.#with(options));
  }

  #with({ headers, ...options }: TestRequest): TestRequest {
    const own: Record<string, string> = {};
    if (this.cookie !== undefined) own.cookie = this.cookie;
    if (options.method !== undefined && this.csrfToken !== null) own['x-csrf-token'] = this.csrfToken;
    return { ...options, headers: { ...own, ...headers } };
  }
}
