import type { CertificateRow } from '@fieldwarden/admin-contract';
import { permissionsOf, type Permission, type Role } from '@fieldwarden/gateway-contract';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyJson, sendJson, sendProblem } from './json-http.ts';
import { madeUpCertificates, MadeUpBook } from './made-up-book.ts';
import { everybodysCode, MadeUpPeople, setUpToken, type Session } from './made-up-people.ts';

export const csrfToken = 'csrf';
const cookieName = 'made-up-session';
const triesBeforePause = 3;
const pauseS = 4;

export interface Visit {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

type Body = Readonly<Record<string, unknown>>;

/** Who may do what in the made-up plant: sign-in, users, tokens, sessions, certificates and audit as the gateway has them. */
export class MadeUpAccess {
  readonly people = new MadeUpPeople();
  readonly book = new MadeUpBook();
  certificates: CertificateRow[] = madeUpCertificates();

  sessionOf(request: IncomingMessage): Session | undefined {
    const id = /made-up-session=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
    const session = id === undefined ? undefined : this.people.sessions.get(id);
    return session && this.people.grantOf(session) && session;
  }

  /** Sends the refusal, and the audit knows of it. */
  refuses({ request, response, url }: Visit, session: Session, permission: Permission): boolean {
    const { role } = this.people.grantOf(session)!;
    if (permissionsOf[role].has(permission)) return false;
    const detail = `not for ${session.user}: it takes the permission ${permission}`;
    if (request.method !== 'GET')
      this.book.write({ user: session.user, action: 'act', subject: url.pathname, outcome: 'refused', reason: detail });
    sendProblem(response, { status: 403, code: 'NOT_PERMITTED', detail });
    return true;
  }

  /** True if the path is one of these. */
  async handle(visit: Visit, path: string): Promise<boolean> {
    if (path.startsWith('/session/')) await this.#own(visit, path);
    else if (path === '/session') await this.#session(visit);
    else if (/^\/(users|tokens|sessions)(\/|$)/.test(path)) await this.#manage(visit, path);
    else if (/^\/audit(\/|$)/.test(path)) this.#audit(visit, path);
    else if (/^\/certificates(\/|$)/.test(path)) await this.#certificates(visit, path);
    else return false;
    return true;
  }

  async #session({ request, response }: Visit): Promise<void> {
    const session = this.sessionOf(request);
    if (request.method === 'DELETE') {
      if (session) this.people.sessions.delete(session.id);
      return sendJson(response, this.people.answer(undefined, csrfToken));
    }
    if (request.method === 'GET') return sendJson(response, this.people.answer(session, csrfToken));
    const opened = this.#signIn(await bodyJson(request), response);
    if (!opened) return;
    response.setHeader('Set-Cookie', `${cookieName}=${opened.id}; HttpOnly; SameSite=Strict; Path=/`);
    sendJson(response, this.people.answer(opened, csrfToken));
  }

  #signIn({ token, user, password, totp }: Body, response: ServerResponse): Session | undefined {
    const { people } = this;
    if (people.wrongTries >= triesBeforePause) {
      people.wrongTries = 0;
      response.setHeader('Retry-After', String(pauseS));
      sendProblem(response, {
        status: 429,
        code: 'SIGN_IN_TOO_MANY',
        detail: 'this address has tried to sign in too often',
      });
      return undefined;
    }
    if (token === setUpToken && people.answer(undefined, '').needsAdmin) return people.open('set-up', 'setup');
    const known = [...people.tokens.values()].find((each) => each.token === token);
    if (known) return people.open(known.name, 'token');
    const account = people.accounts.get(String(user));
    if (!account?.enabled || account.password !== password || (totp !== undefined && totp !== everybodysCode)) {
      people.wrongTries += 1;
      const [code, detail] =
        token === undefined
          ? ['SIGN_IN_REFUSED', 'name, password or code is wrong']
          : ['TOKEN_REFUSED', 'the token is not known to this gateway'];
      sendProblem(response, { status: 401, code, detail });
      return undefined;
    }
    people.wrongTries = 0;
    if (account.totp && totp === undefined) {
      sendProblem(response, { status: 401, code: 'TOTP_REQUIRED', detail: 'the account has a second factor' });
      return undefined;
    }
    account.lastSignInAt = new Date().toISOString();
    this.book.write({ user: account.name, action: 'sign-in', subject: account.name });
    return people.open(account.name, 'password');
  }

  async #own({ request, response }: Visit, path: string): Promise<void> {
    const account = this.people.accounts.get(this.sessionOf(request)?.user ?? '');
    if (!account)
      return sendProblem(response, { status: 403, code: 'NOT_BY_PASSWORD', detail: 'only accounts have one' });
    const body = await bodyJson(request);
    if (path === '/session/totp' && request.method === 'POST') {
      const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
      const uri = `otpauth://totp/made-up:${account.name}?secret=${secret}&issuer=Fieldwarden`;
      return sendJson(response, { schema: 'fieldwarden/totp@1', secret, uri });
    }
    const isRight =
      path === '/session/totp' && request.method === 'PUT'
        ? body.code === everybodysCode
        : body.password === account.password;
    if (!isRight) return sendProblem(response, { status: 401, code: 'SIGN_IN_REFUSED', detail: 'that is not right' });
    if (path === '/session/password') account.password = String(body.newPassword);
    else account.totp = request.method === 'PUT';
    sendJson(response, this.people.answer(this.sessionOf(request), csrfToken));
  }

  async #manage(visit: Visit, path: string): Promise<void> {
    const { request } = visit;
    const session = this.sessionOf(request)!;
    const isFirst = session.proof === 'setup' && path === '/users' && request.method === 'POST';
    if (!isFirst && this.refuses(visit, session, 'users')) return;
    const [, kind, given = '', more] = path.split('/');
    const name = decodeURIComponent(given);
    const body = request.method === 'GET' ? {} : await bodyJson(request);
    if (request.method !== 'GET')
      this.book.write({
        user: session.user,
        action: 'user',
        subject: name || String(body.name),
        after: body.role ?? null,
      });
    if (kind === 'users') this.#users(visit, name, more, body);
    else if (kind === 'tokens') this.#tokens(visit, name, body);
    else this.#sessions(visit, session, name);
  }

  #users({ request, response }: Visit, name: string, more: string | undefined, body: Body): void {
    const { people } = this;
    if (name === '' && request.method === 'GET') {
      const users = [...people.accounts.values()].map((each) => people.userRow(each));
      return sendJson(response, { schema: 'fieldwarden/users@1', users });
    }
    if (request.method === 'POST') {
      const {
        name: user,
        password,
        role,
        areas = ['**'],
      } = body as unknown as { name: string; password: string; role: Role; areas?: string[] };
      if (password.includes('password'))
        return sendProblem(response, {
          status: 422,
          code: 'PASSWORD_WEAK',
          detail: 'everybody tries this password first',
        });
      const account = { name: user, password, role, areas, enabled: true, totp: false };
      people.accounts.set(user, { ...account, createdAt: new Date().toISOString(), lastSignInAt: null });
      return sendJson(response, { schema: 'fieldwarden/user@1', ...people.userRow(people.accounts.get(user)!) }, 201);
    }
    const account = people.accounts.get(name);
    if (!account)
      return sendProblem(response, { status: 404, code: 'USER_UNKNOWN', detail: `there is no user ${name}` });
    if (more === 'totp') account.totp = false;
    else if (request.method === 'PUT') Object.assign(account, body);
    else people.accounts.delete(name);
    const ended = account.enabled && request.method === 'PUT' ? 0 : people.endSessionsOf(name);
    sendJson(response, { schema: 'fieldwarden/user@1', ...people.userRow(account), sessions: ended });
  }

  #tokens({ request, response }: Visit, name: string, body: Body): void {
    const { tokens, sessions } = this.people;
    if (request.method === 'POST') {
      const made = {
        token: `fw_${'0123456789abcdef'.repeat(3)}`,
        createdAt: new Date().toISOString(),
        expiresAt: null,
        ...body,
      };
      tokens.set(String(body.name), made as never);
      return sendJson(response, { schema: 'fieldwarden/token@1', ...made }, 201);
    }
    if (request.method === 'DELETE') {
      tokens.delete(name);
      return sendJson(response, {
        schema: 'fieldwarden/token-revoked@1',
        name,
        sessions: this.people.endSessionsOf(name),
        notKept: null,
      });
    }
    const open = (user: string): number => [...sessions.values()].filter((each) => each.user === user).length;
    const rows = [...tokens.values()].map(({ token: _, ...row }) => ({
      ...row,
      usedAt: null,
      lastUsedAt: null,
      sessions: open(row.name),
    }));
    sendJson(response, { schema: 'fieldwarden/tokens@1', tokens: rows });
  }

  #sessions({ request, response }: Visit, own: Session, id: string): void {
    if (request.method === 'DELETE') {
      this.people.sessions.delete(id);
      return sendJson(response, { schema: 'fieldwarden/session-ended@1', id, user: '' });
    }
    const rows = [...this.people.sessions.values()].map(({ proof: _, ...session }) => ({
      ...session,
      usedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 900_000).toISOString(),
      from: '127.0.0.1',
      own: session.id === own.id,
    }));
    sendJson(response, { schema: 'fieldwarden/sessions@1', sessions: rows });
  }

  #audit(visit: Visit, path: string): void {
    if (this.refuses(visit, this.sessionOf(visit.request)!, 'audit')) return;
    sendJson(
      visit.response,
      path === '/audit/verify' ? this.book.verification() : this.book.page(visit.url.searchParams),
    );
  }

  async #certificates(visit: Visit, path: string): Promise<void> {
    const { request, response } = visit;
    const list = { schema: 'fieldwarden/certificates@1', certificates: this.certificates, unreadable: [] };
    if (request.method === 'GET') return sendJson(response, list);
    const session = this.sessionOf(request)!;
    if (this.refuses(visit, session, 'certificates')) return;
    const [, , thumbprint, action] = path.split('/');
    const { use } = await bodyJson(request);
    this.book.write({ user: session.user, action: 'certificate', subject: thumbprint, after: action ?? 'removed' });
    const renewed = { notAfter: new Date(Date.now() + 397 * 86_400_000).toISOString() };
    this.certificates = this.certificates.flatMap((row): CertificateRow[] => {
      if (action === 'renew') return [row.store === 'own' && row.use === use ? { ...row, ...renewed } : row];
      if (row.thumbprint !== thumbprint) return [row];
      if (action === undefined) return [];
      return [{ ...row, store: action === 'trust' ? 'trusted' : 'rejected', lastSeenAt: null }];
    });
    sendJson(response, { schema: 'fieldwarden/certificate@1', applied: true });
  }
}
