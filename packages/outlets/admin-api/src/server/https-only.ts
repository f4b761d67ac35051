import type { Request, RequestHandler } from 'express';
import { refuseForeignHost } from '../access/same-site.js';
import { isSecure } from '../access/session-cookie.js';
import { apiBase } from '../openapi/document.js';
import { RequestRefused } from './request-refused.js';
import type { AdminTls } from './tls-front.js';

export interface HttpsOnlyDependencies {
  readonly tls: () => Pick<AdminTls, 'source'> | undefined;
  /** Names under which it may be called; addresses always may. */
  readonly hostNames: ReadonlySet<string>;
}

/** A year. Without sub-domains: they are others' business. */
const strictTransport = 'max-age=31536000';

/**
 * While the port has TLS, whoever asks in clear is told where to ask: a browser that wants a page is sent there, a program is not, since its token has
 * gone over the wire readable and somebody has to hear of it.
 */
export function httpsOnly({ tls, hostNames }: HttpsOnlyDependencies): RequestHandler {
  return (request, response, next) => {
    const served = tls();
    if (!served) return next();
    if (isSecure(request)) {
      // Browsers remember it for all ports of the name, and would offer no way past an own certificate.
      if (served.source === 'files') response.set('Strict-Transport-Security', strictTransport);
      return next();
    }
    response.set('Connection', 'close');
    const there = `https://${request.get('Host')}${request.originalUrl}`;
    if (wantsPage(request)) {
      refuseForeignHost(request, hostNames); // nobody is sent to another site
      return response.redirect(308, there);
    }
    throw new RequestRefused({
      status: 400,
      code: 'HTTPS_ONLY',
      detail: `this port speaks https: ask ${there}`,
      remedy: 'A token that was sent in clear may have been read on the way; make another one.',
    });
  };
}

function wantsPage({ method, path }: Request): boolean {
  return (method === 'GET' || method === 'HEAD') && !path.startsWith(`${apiBase}/`);
}
