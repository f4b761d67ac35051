import type { SessionAnswer } from '@fieldwarden/admin-contract';
import type { GatewayProcess } from '../processes/gateway-process.js';

export interface PersonAnswer {
  readonly status: number;
  readonly body: unknown;
}

type Credentials = { readonly user: string; readonly password: string } | { readonly token: string };

/** Somebody at a browser: a cookie, and the token of the page with each change. */
export class Person {
  /** As on a fixed port: a gateway that was started again has another one, and the name of the cookie has the port. */
  readonly #host: string;
  #cookie = '';
  #csrfToken = '';

  private constructor(host: string) {
    this.#host = host;
  }

  /** Throws what the gateway said, if it does not let them in. */
  static async signIn(gateway: GatewayProcess, credentials: Credentials): Promise<Person> {
    const person = new Person(`127.0.0.1:${gateway.port('Admin API')}`);
    const response = await person.#send('POST', '/session', credentials);
    if (!response.ok) throw new Error(await response.text());
    person.#cookie = response.headers.get('set-cookie')!.split(';')[0];
    person.#csrfToken = ((await response.json()) as SessionAnswer).csrfToken!;
    return person;
  }

  /** The same browser before a gateway that was started again on another port. */
  at(gateway: GatewayProcess): Person {
    const port = String(gateway.runFile.adminPort);
    const person = new Person(`127.0.0.1:${port}`);
    person.#cookie = this.#cookie.replace(/_\d+=/, `_${port}=`);
    person.#csrfToken = this.#csrfToken;
    return person;
  }

  async ask(method: string, path: string, body?: object): Promise<PersonAnswer> {
    const response = await this.#send(method, path, body);
    return { status: response.status, body: await response.json() };
  }

  /** An open stream; resolves with a promise of its end. */
  async stream(): Promise<{ readonly ended: Promise<void> }> {
    const response = await this.#send('GET', '/events?stream=page');
    const reader = response.body!.getReader();
    await reader.read();
    const toTheEnd = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    return { ended: toTheEnd() };
  }

  async #send(method: string, path: string, body?: object): Promise<Response> {
    return await fetch(`http://${this.#host}/api/v1${path}`, {
      method,
      headers: {
        ...(this.#cookie && { cookie: this.#cookie }),
        ...(this.#csrfToken && { 'x-csrf-token': this.#csrfToken }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}
