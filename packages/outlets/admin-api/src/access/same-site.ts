import type { Request } from 'express';
import { isIP } from 'node:net';
import { RequestRefused } from '../server/request-refused.js';

/**
 * DNS rebinding: a page of another site whose name was made to point here would be same-origin to the browser. Such a request names
 * the other site in `Host`; an address, or a name of this machine, cannot be another's. Refused with 421 otherwise.
 */
export function refuseForeignHost(request: Request, names: ReadonlySet<string>): void {
  const host = hostNameOf(request.get('Host') ?? '');
  if (host !== undefined && (isIP(host) !== 0 || names.has(host))) return;
  throw new RequestRefused({
    status: 421,
    code: 'HOST_NOT_ALLOWED',
    detail: `this gateway does not know itself under the name ${JSON.stringify(host ?? '')}`,
    remedy: 'Use its address, or start the gateway with --admin-host NAME (FIELDWARDEN_ADMIN_HOSTS).',
  });
}

/** Names under which every gateway knows itself. */
export function ownNames(more: readonly string[]): ReadonlySet<string> {
  return new Set(['localhost', ...more].map((name) => name.toLowerCase()));
}

/** Browsers say where a request comes from (Fetch, 3.1): what another site sends may change nothing here. Refused with 403. */
export function refuseForeignOrigin(request: Request): void {
  const origin = request.get('Origin');
  const site = request.get('Sec-Fetch-Site');
  const isForeign =
    origin === undefined
      ? site !== undefined && site !== 'same-origin' && site !== 'none'
      : !URL.canParse(origin) || new URL(origin).host !== request.get('Host')?.toLowerCase();
  if (!isForeign) return;
  throw new RequestRefused({
    status: 403,
    code: 'FOREIGN_ORIGIN',
    detail: `the request was made by a page of ${origin ?? 'another site'}, not by the console of this gateway`,
    remedy: 'Open the console at its own address. Programs send Authorization: Bearer <token>, not a cookie.',
  });
}

/** Without the port; of `[::1]:4842` the address. Undefined for what is no host. */
function hostNameOf(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase().replace(/\.$/, '');
}
