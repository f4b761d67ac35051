import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface TestRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: unknown;
}

/** Where to reach a server: a unix socket, or a port of this machine. */
export type Door = { readonly socketPath: string } | { readonly port: number; readonly token?: string };

/** One whole exchange. `path` is below `/api/v1`, unless it is a whole address. */
export async function call(door: Door, path: string, options: TestRequest = {}): Promise<TestAnswer> {
  const message = await open(door, path, options);
  const body = await text(message);
  const isJson = /json/.test(message.headers['content-type'] ?? '');
  return {
    status: message.statusCode!,
    headers: message.headers,
    text: body,
    json: isJson ? JSON.parse(body) : undefined,
  };
}

/** The answer as soon as its head is there; for streams. */
export function open(
  door: Door,
  path: string,
  { method = 'GET', headers, body }: TestRequest = {},
): Promise<IncomingMessage> {
  const { token, ...address } = { token: undefined, ...door };
  const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...address,
        host: '127.0.0.1',
        agent: false,
        method,
        path: path.startsWith('http:') ? new URL(path).pathname : `/api/v1${path}`,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(payload !== undefined && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(payload)), // Node leaves it out with DELETE
          }),
          ...headers,
        },
      },
      resolve,
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

export interface ReceivedEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: unknown;
}

/** Collects the server-sent events of an answer; comments too, as they come. */
export class ReceivedEvents {
  readonly events: ReceivedEvent[] = [];
  readonly comments: string[] = [];
  readonly message: IncomingMessage;
  ended = false;
  #rest = '';

  constructor(message: IncomingMessage) {
    this.message = message;
    message.setEncoding('utf8');
    message.on('data', (chunk: string) => this.#take(chunk));
    message.on('close', () => (this.ended = true));
    message.on('error', () => undefined);
  }

  #take(chunk: string): void {
    const blocks = (this.#rest + chunk).split('\n\n');
    this.#rest = blocks.pop()!;
    for (const block of blocks) this.#block(block);
  }

  #block(block: string): void {
    const fields = block.split('\n').map((line) => /^([^:]*): ?(.*)$/.exec(line)!);
    const field = (name: string): string | undefined => fields.find((match) => match[1] === name)?.[2];
    const data = field('data');
    if (data === undefined) this.comments.push(block);
    else this.events.push({ id: field('id'), event: field('event'), data: JSON.parse(data) });
  }
}
