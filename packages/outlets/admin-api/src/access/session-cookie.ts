import type { Request, Response } from 'express';

const plainName = 'fieldwarden_session';

/** RFC 6265bis, 4.1.3.2: only over TLS, only for this host, only with Path=/. */
const secureName = `__Host-${plainName}`;

function isSecure({ socket }: Request): boolean {
  return 'encrypted' in socket;
}

/** The id in the cookie of a request; undefined if it has none. */
export function sessionIdOf(request: Request): string | undefined {
  const name = isSecure(request) ? secureName : plainName;
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
export function setSessionCookie(request: Request, response: Response, id: string, lifeMs: number): void {
  const name = isSecure(request) ? secureName : plainName;
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${Math.floor(lifeMs / 1_000)}`];
  if (isSecure(request)) attributes.push('Secure');
  response.append('Set-Cookie', [`${name}=${id}`, ...attributes].join('; '));
}
