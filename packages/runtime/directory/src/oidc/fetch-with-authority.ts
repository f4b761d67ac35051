import { request } from 'node:https';

/** Of an answer of a provider: metadata, keys, tokens. */
const maxBytes = 1_048_576;

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** `fetch` for a server whose certificate is of an authority of the plant: that of Node takes none. Follows no redirects. */
export function fetchWithAuthority(ca: string): (url: string, sent: Sent) => Promise<Response> {
  return (url, { method = 'GET', headers = {}, body, signal }) =>
    new Promise((resolve, reject) => {
      const text = body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : undefined;
      const length = text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) };
      const asked = request(url, { ca, method, headers: { ...headers, ...length }, signal, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxBytes) asked.destroy(new Error(`${url} answers with more than ${maxBytes} bytes`));
          else chunks.push(chunk);
        });
        answer.once('error', reject);
        answer.once('end', () => {
          const { statusCode: status = 500, headers: answered } = answer;
          const type = answered['content-type'];
          const isEmpty = status === 204 || status === 304;
          resolve(
            new Response(isEmpty ? null : Buffer.concat(chunks), {
              status,
              headers: type === undefined ? {} : { 'content-type': type },
            }),
          );
        });
      });
      asked.once('error', reject);
      asked.end(text);
    });
}
