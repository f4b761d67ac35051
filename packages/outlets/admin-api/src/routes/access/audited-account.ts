import { bodyField } from '../../server/audited-requests.js';
import { pathText } from '../../server/request-parameters.js';
import type { HttpExchange } from '../../server/route.js';

/** What an account may do, for the audit; undefined if there is none of that name. */
export function accountNow({ request, credentials: { access } }: HttpExchange): unknown {
  const account = access.accounts.find(pathText(request, 'name'));
  return account && { role: account.role, areas: account.areas, enabled: account.enabled };
}

/** What a request asks for, without what is secret. */
export function accountAsked(exchange: HttpExchange): unknown {
  const names = ['role', 'areas', 'enabled', 'certificates'];
  const asked = Object.fromEntries(names.map((name) => [name, bodyField(exchange, name)]));
  return { ...asked, ...(bodyField(exchange, 'password') !== undefined && { password: 'set' }) };
}
