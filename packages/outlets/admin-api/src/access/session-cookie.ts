import type { Request, Response } from 'express';

export interface CookieOptions {
  /** `fieldwarden_session` by default. */
  readonly name?: string;
  /** `Lax`: comes along when another site sends the browser here. Default: `Strict`. */
  readonly sameSite?: 'Strict' | 'Lax';
}

/**
 * A cookie that holds a secret: the id of a session. Browsers keep cookies by host name alone, whatever the port: its name has the site and the port,
 * so that two gateways on one host do not sign each other out. Cookies of other names are not looked at.
 */
export class SessionCookie {
  readonly #site: string;
  readonly #plainName: string;
  readonly #sameSite: 'Strict' | 'Lax';

  constructor(site: string, { name = 'fieldwarden_session', sameSite = 'Strict' }: CookieOptions = {}) {
    this.#plainName = name;
    this.#sameSite = sameSite;
    this.#site = site.replaceAll(/[^A-Za-z0-9-]/g, '-');
  }

  /** The id in the cookie of a request; undefined if it has none. */
  idOf(request: Request): string | undefined {
    const name = this.#nameFor(request);
    for (const pair of (request.get('Cookie') ?? '').split(';')) {
      const at = pair.indexOf('=');
      if (at >= 0 && pair.slice(0, at).trim() === name) {
        const id = pair.slice(at + 1).trim();
        return /^[A-Za-z0-9_-]{43}$/.test(id) ? id : undefined;
      }
    }
    return undefined;
  }

  /** `lifeMs` 0 takes the cookie away. */
  set(request: Request, response: Response, id: string, lifeMs: number): void {
    const attributes = ['Path=/', 'HttpOnly', `SameSite=${this.#sameSite}`, `Max-Age=${Math.floor(lifeMs / 1_000)}`];
    if (isSecure(request)) attributes.push('Secure');
    response.append('Set-Cookie', [`${this.#nameFor(request)}=${id}`, ...attributes].join('; '));
  }

  /** RFC 6265bis, 4.1.3.2: `__Host-` is only for TLS, only for this host, only with Path=/. */
  #nameFor(request: Request): string {
    const name = `${this.#plainName}_${this.#site}_${portOf(request)}`;
    return isSecure(request) ? `__Host-${name}` : name;
  }
}

/** As the browser calls it: containers publish one inner port under many outer ones. */
function portOf(request: Request): string {
  return /:(\d{1,5})$/.exec(request.get('Host') ?? '')?.[1] ?? (isSecure(request) ? '443' : '80');
}

/** Over TLS. */
export function isSecure({ socket }: Request): boolean {
  return 'encrypted' in socket;
}
