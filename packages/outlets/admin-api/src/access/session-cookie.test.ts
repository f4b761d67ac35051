import type { Request, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { sessionIdOf, setSessionCookie } from './session-cookie.js';

const id = 'a'.repeat(43);

function requestOf(cookie: string, encrypted = false): Request {
  return { socket: encrypted ? { encrypted } : {}, get: () => cookie } as unknown as Request;
}

function cookieSet(encrypted: boolean): string {
  let set = '';
  const response = { append: (_: string, value: string) => (set = value) } as unknown as Response;
  setSessionCookie(requestOf('', encrypted), response, id, 60_000);
  return set;
}

describe('the cookie of a session (§13)', () => {
  it('is bound to this host and to TLS where there is TLS', () => {
    expect(cookieSet(true)).toBe(
      `__Host-fieldwarden_session=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure`,
    );
    expect(cookieSet(false)).toBe(`fieldwarden_session=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=60`);
  });

  it('is found among others, and over TLS only under the name that nobody else can set', () => {
    const others = `theme=dark; fieldwarden_session=${id}; x`;
    expect(sessionIdOf(requestOf(others))).toBe(id);
    expect(sessionIdOf(requestOf(others, true))).toBeUndefined();
    expect(sessionIdOf(requestOf(`__Host-fieldwarden_session=${id}`, true))).toBe(id);
  });

  it.each(['', 'fieldwarden_session', 'fieldwarden_session=', 'fieldwarden_session=a b', `xfieldwarden_session=${id}`])(
    'is not there in %j',
    (cookie) => {
      expect(sessionIdOf(requestOf(cookie))).toBeUndefined();
    },
  );
});
