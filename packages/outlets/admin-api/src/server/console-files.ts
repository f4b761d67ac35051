import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';

/** Nothing inline, nothing from elsewhere, in nobody's frame. */
const contentSecurityPolicy =
  "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'";

/** Names with a hash of their content: what was loaded once is good for ever. */
const hashedAsset = /^\/assets\/[\w.-]+$/;

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** The web console as static files: `index.html` for every page that a browser navigates to, the files below it for everything else. */
export class ConsoleFiles {
  readonly handler: RequestHandler;
  readonly #dir: string | undefined;

  /** `dir`: folder of `index.html`; undefined, or not built yet, gives a page that says what to do. */
  constructor(dir: string | undefined) {
    this.#dir = dir;
    const router = express.Router({ caseSensitive: true });
    router.get('/{*path}', (_request, response, next) => {
      response.set({
        'Content-Security-Policy': contentSecurityPolicy,
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
      });
      next();
    });
    if (dir !== undefined) router.use(this.#compressed(dir), staticFiles(dir));
    router.get('/{*path}', (request, response, next) => this.#page(request, response, next));
    this.handler = router;
  }

  /** Sends `x.js.gz` for `x.js` where the build has made one. */
  #compressed(dir: string): RequestHandler {
    return (request, response, next) => {
      const { path } = request;
      if (hashedAsset.test(path) && request.acceptsEncodings('gzip') && existsSync(join(dir, `${path}.gz`))) {
        response.set({
          'Content-Encoding': 'gzip',
          'Content-Type': types[extname(path)] ?? 'application/octet-stream',
        });
        request.url = `${path}.gz`;
      }
      if (hashedAsset.test(path)) response.vary('Accept-Encoding');
      next();
    };
  }

  /** A browser that goes to an address gets the console, which knows its own pages; whatever else is not there is not there. */
  #page(request: Request, response: Response, next: NextFunction): void {
    if (!(request.get('Accept') ?? '').includes('text/html') || request.path.startsWith('/assets/')) {
      next();
      return;
    }
    const file = this.#dir === undefined ? undefined : join(this.#dir, 'index.html');
    if (file !== undefined && existsSync(file)) response.sendFile(file, { cacheControl: false });
    else response.status(503).type('html').send(notBuilt);
  }
}

function staticFiles(dir: string): RequestHandler {
  return express.static(dir, {
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders(response, file) {
      const name = file.endsWith('.gz') ? file.slice(0, -3) : file;
      const isAsset = hashedAsset.test(name.slice(dir.length).replaceAll('\\', '/'));
      if (isAsset) response.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
      else response.setHeader('Cache-Control', name.endsWith('.html') ? 'no-store' : 'no-cache');
    },
  });
}

const notBuilt = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Fieldwarden</title></head>
  <body>
    <h1>The console of this gateway is not built</h1>
    <p>The gateway itself runs. Build the console in the folder of the sources, and load this page again:</p>
    <pre>npm run build --workspace apps/console</pre>
    <p>The command line needs no console: <code>fieldwarden status</code>. The Admin API is at <code>/api/v1</code>.</p>
  </body>
</html>
`;
