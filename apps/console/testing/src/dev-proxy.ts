import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { bodyJson, eventStream, sendJson } from './json-http.ts';
import { serveConsole } from './static-files.ts';

/**
 * The built console before a running gateway, over its local socket:
 * `node testing/src/dev-proxy.ts <home>/admin.sock [port]`. Whoever reaches the port is signed in.
 */
const [socketPath, port = '4900'] = process.argv.slice(2);
if (!socketPath) throw new Error('usage: node testing/src/dev-proxy.ts <home>/admin.sock [port]');

const session = {
  schema: 'fieldwarden/session@1',
  authenticated: true,
  name: 'local socket',
  csrfToken: null,
  expiresAt: null,
};

type SendEvent = ReturnType<typeof eventStream>;

/** Streams of consoles by their id, with the watch that feeds each. */
const streams = new Map<string, { readonly send: SendEvent; watch: IncomingMessage | undefined }>();

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    if (!response.headersSent) sendJson(response, { code: 'PROXY', detail: String(error) }, 502);
    else response.destroy();
  });
});
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/`));

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith('/api/')) return serveConsole(url.pathname, response);
  if (url.pathname === '/api/v1/session') return sendJson(response, session);
  const stream = url.searchParams.get('stream');
  if (url.pathname === '/api/v1/events' && stream) return openStream(url, stream, response);
  const watched = /^\/api\/v1\/events\/streams\/([^/]+)\/tags$/.exec(url.pathname);
  if (watched) return watchTags(watched[1], await bodyJson(request), response);
  forward(request, response);
}

function forward(request: IncomingMessage, response: ServerResponse): void {
  const { method, url, headers } = request;
  const upstream = httpRequest({ socketPath, method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.on('error', (error) =>
    response.headersSent ? response.destroy() : response.writeHead(502).end(error.message),
  );
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}

/** Events as the gateway sends them, after a `hello` of our own. */
async function openStream(url: URL, stream: string, response: ServerResponse): Promise<void> {
  const status = (await upstreamJson('/api/v1/status')) as { startedAt: string };
  const kept = (await upstreamJson('/api/v1/events')) as { events: { seq: number }[] };
  const events = await upstreamStream(`/api/v1/events${url.search}`);
  const send = eventStream(response);
  send('hello', { schema: 'fieldwarden/stream@1', bootId: status.startedAt, seq: kept.events.at(-1)?.seq ?? 0 });
  streams.set(stream, { send, watch: undefined });
  events.pipe(response);
  response.on('close', () => {
    events.destroy();
    streams.get(stream)?.watch?.destroy();
    streams.delete(stream);
  });
}

async function watchTags(stream: string, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
  const paths = (body.paths as string[]).slice(0, 1_000);
  const open = streams.get(stream);
  open?.watch?.destroy();
  sendJson(response, {}, open ? 200 : 404);
  if (!open || paths.length === 0) return;
  const query = paths.map((path) => `path=${encodeURIComponent(path)}`).join('&');
  open.watch = await upstreamStream(`/api/v1/tags/watch?${query}`);
  let rest = '';
  open.watch.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    const lines = blocks.flatMap((block) => block.split('\n').filter((line) => line.startsWith('data: ')));
    if (lines.length > 0) open.send('tag', { values: lines.map((line) => JSON.parse(line.slice(6)) as unknown) });
  });
  open.watch.on('error', () => undefined);
}

async function upstreamStream(path: string): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    httpRequest({ socketPath, path, headers: { Accept: 'text/event-stream' } }, (answer) => {
      answer.on('error', () => undefined);
      resolve(answer);
    })
      .on('error', reject)
      .end();
  });
}

async function upstreamJson(path: string): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    httpRequest({ socketPath, path, headers: { Accept: 'application/json' } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve(JSON.parse(text)));
    })
      .on('error', reject)
      .end();
  });
}
