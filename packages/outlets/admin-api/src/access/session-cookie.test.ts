import type { Request, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { SessionCookie } from './session-cookie.js';

const id = 'a'.repeat(43);
const lab = new SessionCookie('lab');

function requestOf(cookie: string, { encrypted = false, host = 'gateway:4842' } = {}): Request {
  const headers: Readonly<Record<string, string>> = { Cookie: cookie, Host: host };
  return { socket: encrypted ? { encrypted } : {}, get: (name: string) => headers[name] } as unknown as Request;
}

function cookieSet(cookie: SessionCookie, request: Request): string {
  let set = '';
  const response = { append: (_: string, value: string) => (set = value) } as unknown as Response;
  cookie.set(request, response, id, 60_000);
  return set;
}

describe('the cookie of a session (§13.3)', () => {
  it('is bound to this host and to TLS where there is TLS', () => {
    expect(cookieSet(lab, requestOf('', { encrypted: true }))).toBe(
      `__Host-fieldwarden_session_lab_4842=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure`,
    );
    expect(cookieSet(lab, requestOf(''))).toBe(
      `fieldwarden_session_lab_4842=${id}; Path=/; HttpOnly; SameSite=Strict; Max-Age=60`,
    );
  });

  it('is found among others, and over TLS only under the name that nobody else can set', () => {
    const others = `theme=dark; fieldwarden_session_lab_4842=${id}; x`;
    expect(lab.idOf(requestOf(others))).toBe(id);
    expect(lab.idOf(requestOf(others, { encrypted: true }))).toBeUndefined();
    const secure = `__Host-fieldwarden_session_lab_4842=${id}`;
    expect(lab.idOf(requestOf(secure, { encrypted: true }))).toBe(id);
  });

  it.each([
    ['of another port', `fieldwarden_session_lab_5842=${id}`],
    ['of another site', `fieldwarden_session_plant_4842=${id}`],
    ['of a gateway that named none', `fieldwarden_session=${id}`],
  ])('is not that %s on the same host, and stands beside it', (_whose, other) => {
    expect(lab.idOf(requestOf(other))).toBeUndefined();
    expect(lab.idOf(requestOf(`${other}; fieldwarden_session_lab_4842=${'b'.repeat(43)}`))).toBe('b'.repeat(43));
  });

  it('has the port that the browser knows, or that of the scheme, and a site in letters', () => {
    expect(cookieSet(lab, requestOf('', { host: '[::1]:14842' }))).toMatch(/^fieldwarden_session_lab_14842=/);
    expect(cookieSet(lab, requestOf('', { host: 'gateway' }))).toMatch(/^fieldwarden_session_lab_80=/);
    expect(cookieSet(new SessionCookie('hall 2;a=b'), requestOf(''))).toMatch(/^fieldwarden_session_hall-2-a-b_4842=/);
  });

  it.each([
    '',
    'fieldwarden_session_lab_4842',
    'fieldwarden_session_lab_4842=',
    'fieldwarden_session_lab_4842=a b',
    `xfieldwarden_session_lab_4842=${id}`,
  ])('is not there in %j', (cookie) => {
    expect(lab.idOf(requestOf(cookie))).toBeUndefined();
  });
});
