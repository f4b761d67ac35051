import type { SessionAnswer } from '@fieldwarden/admin-contract';

export interface VisitorAnswer<T = unknown> {
  readonly status: number;
  readonly body: T;
  /** Where it sends the browser; null if nowhere. */
  readonly location: string | null;
}

/** A browser at the Admin API, without its pages: keeps cookies, and sends what a page sends with changes. */
export class ConsoleVisitor {
  readonly #base: string;
  readonly #cookies = new Map<string, string>();
  #csrfToken: string | null = null;

  constructor(adminPort: number) {
    this.#base = `http://127.0.0.1:${adminPort}/api/v1`;
  }

  async signIn(user: string, password: string): Promise<VisitorAnswer<SessionAnswer>> {
    const answer = await this.ask<SessionAnswer>('POST', '/session', { user, password });
    this.#csrfToken = answer.status === 200 ? answer.body.csrfToken : null;
    return answer;
  }

  /** Who the gateway takes this browser for. */
  async session(): Promise<SessionAnswer> {
    const { body } = await this.ask<SessionAnswer>('GET', '/session');
    this.#csrfToken = body.csrfToken;
    return body;
  }

  async write(path: string, value: unknown): Promise<VisitorAnswer<{ readonly detail?: string }>> {
    return await this.ask('PUT', '/tags/value', { path, value });
  }

  async ask<T>(method: string, route: string, body?: object): Promise<VisitorAnswer<T>> {
    const answer = await fetch(`${this.#base}${route}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.#cookies.size > 0 && { cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; ') }),
        ...(body && { 'content-type': 'application/json' }),
        ...(method !== 'GET' && this.#csrfToken !== null && { 'x-csrf-token': this.#csrfToken }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      if (cookie.includes('Max-Age=0')) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    const location = answer.headers.get('location');
    return { status: answer.status, body: (isJson ? JSON.parse(text) : undefined) as T, location };
  }
}
