import type { ClientRequest, IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Problem } from '@fieldwarden/admin-contract';
import { answeringSocket } from '@fieldwarden/admin-api/spare-sockets';
import { leaveVisitorFile, visitorHeader } from '@fieldwarden/admin-api/visitor-file';
import { newCorrelationId } from '@fieldwarden/core';
import { CliError, notRunning } from '../cli-error.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { sentence } from '../output/sentence.js';
import { tlsFailure } from './tls-failure.js';
import type { ServerTrustDependencies } from './server-trust.js';
import { SseParser, type StreamedEvent } from './sse-parser.js';
import { tildePath, type Target } from './target.js';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** What the answer says it is: `fieldwarden/status@1`. */
  readonly schema: string;
  readonly timeoutMs?: number;
  /** Gives the answer up. */
  readonly signal?: AbortSignal;
}

/** A file that is sent, and the JSON answer to it. */
export interface Upload {
  readonly path: string;
  readonly pieces: Readable;
  readonly headers: Readonly<Record<string, string>>;
  readonly schema: string;
}

const defaultTimeoutMs = 15_000;

/** For files: as long as the other side does something. */
const fileTimeoutMs = 3_600_000;

/** Speaks the Admin API. Everything that goes wrong is a CliError with the exit code it asks for. */
export class AdminClient {
  /** Goes with the first request of this invocation, into the log of the gateway and back; `.2` and so on go with further ones. */
  readonly correlationId = `cli-${newCorrelationId()}`;
  readonly #target: Target;
  readonly #shell: ServerTrustDependencies;
  #trusted: Promise<RequestOptions> | undefined;
  #requests = 0;
  #left: ReturnType<typeof leaveVisitorFile> | undefined;
  #answered = false;

  /** `shell`: whom to ask about a gateway that nobody knows. Default: nobody. */
  constructor(target: Target, shell: ServerTrustDependencies = { env: process.env, ask: () => undefined }) {
    this.#target = target;
    this.#shell = shell;
  }

  /** One request and its JSON answer, which must be of the schema named. */
  async call<T extends { readonly schema: string }>(call: Call): Promise<T> {
    const { timeoutMs = defaultTimeoutMs, signal: given, ...rest } = call;
    try {
      const timeout = AbortSignal.timeout(timeoutMs);
      const signal = given ? AbortSignal.any([given, timeout]) : timeout;
      const message = await this.#request(rest, 'application/json', signal);
      const body = await jsonOf(message);
      if ((body as { schema?: unknown } | null)?.schema !== call.schema) throw foreign();
      return body as T;
    } catch (error) {
      throw this.#asCliError(error, timeoutMs);
    }
  }

  /** A text that is no JSON of this API, whole. */
  async text(path: string): Promise<string> {
    try {
      const message = await this.#request({ path }, '*/*', AbortSignal.timeout(defaultTimeoutMs));
      if (message.statusCode !== 200) await jsonOf(message);
      return await text(message);
    } catch (error) {
      throw this.#asCliError(error, defaultTimeoutMs);
    }
  }

  /** A file that is asked for, as it comes. Breaks off with a CliError. */
  async bytes(path: string, body: unknown): Promise<AsyncIterable<Buffer>> {
    try {
      const message = await this.#request({ method: 'POST', path, body }, '*/*', AbortSignal.timeout(fileTimeoutMs));
      if (message.statusCode !== 200) await jsonOf(message);
      return message;
    } catch (error) {
      throw this.#asCliError(error, fileTimeoutMs);
    }
  }

  async upload<T extends { readonly schema: string }>({ path, pieces, headers, schema }: Upload): Promise<T> {
    try {
      const file = { pieces, headers: { ...headers, 'content-type': 'application/octet-stream' } };
      const message = await this.#request({ method: 'POST', path, file }, 'application/json', AbortSignal.timeout(fileTimeoutMs)); // prettier-ignore
      const body = await jsonOf(message);
      if ((body as { schema?: unknown } | null)?.schema !== schema) throw foreign();
      return body as T;
    } catch (error) {
      throw this.#asCliError(error, fileTimeoutMs);
    } finally {
      pieces.destroy();
    }
  }

  /** Whether a gateway has answered at all. */
  get answered(): boolean {
    return this.#answered;
  }

  /** The events of a stream, until it ends or `signal` aborts. */
  async *stream(path: string, signal: AbortSignal): AsyncGenerator<StreamedEvent> {
    const parser = new SseParser();
    try {
      const message = await this.#request({ path }, 'text/event-stream', signal);
      if (message.statusCode !== 200) throw problemError(await jsonOf(message), message);
      message.setEncoding('utf8');
      for await (const chunk of message) yield* parser.push(chunk as string);
    } catch (error) {
      if (signal.aborted) return;
      throw this.#asCliError(error, 0);
    }
  }

  async #request(
    { method = 'GET', path, body, file }: Partial<Call> & Pick<Call, 'path'> & { readonly file?: SentFile },
    accept: string,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const send = await this.#sender();
    const visitor = await this.#visitor();
    const headers = {
      accept,
      ...(visitor && { [visitorHeader]: visitor.nonce }),
      'x-correlation-id': this.#nextCorrelationId(),
      ...(payload && { 'content-type': 'application/json' }),
      ...file?.headers,
    };
    try {
      return await new Promise((resolve, reject) => {
        const request = send({ method, path: `/api/v1${path}`, signal, headers }, (message) => {
          this.#answered = true;
          resolve(message);
        });
        request.on('error', reject);
        if (file) file.pieces.on('error', (error) => request.destroy(error)).pipe(request);
        else request.end(payload);
      });
    } finally {
      await visitor?.remove();
    }
  }

  #nextCorrelationId(): string {
    this.#requests += 1;
    return this.#requests === 1 ? this.correlationId : `${this.correlationId}.${this.#requests}`;
  }

  /** Over the socket the gateway learns by a file who this is, for the log and the audit: it is left for the first request. */
  #visitor(): ReturnType<typeof leaveVisitorFile> {
    if (this.#target.via !== 'socket') return Promise.resolve(undefined);
    this.#left ??= leaveVisitorFile(this.#target.home);
    return this.#left;
  }

  async #sender(): Promise<Sender> {
    const target = this.#target;
    if (target.via === 'socket') {
      const { request } = await import('node:http');
      const socketPath = await answeringSocket(target.home);
      return (options, answer) => request({ ...options, socketPath }, answer);
    }
    const isHttps = target.url.protocol === 'https:';
    const { request } = isHttps ? await import('node:https') : await import('node:http');
    const trusted = isHttps ? await this.#trust(target) : {};
    const base = target.url.href.replace(/\/+$/, '');
    const authorization = target.token && { authorization: `Bearer ${target.token}` };
    return ({ path, headers, ...options }, answer) =>
      request(`${base}${path}`, { ...trusted, ...options, headers: { ...headers, ...authorization } }, answer);
  }

  /** Settled once, before anything is sent. */
  async #trust({ url, trust }: Extract<Target, { via: 'url' }>): Promise<RequestOptions> {
    const { trustedOptions } = await import('./server-trust.js');
    this.#trusted ??= trustedOptions(url, trust, this.#shell);
    return await this.#trusted;
  }

  #asCliError(error: unknown, timeoutMs: number): CliError {
    if (error instanceof CliError) return error;
    const target = this.#target;
    const refused = target.via === 'url' ? tlsFailure(error, target.url, target.trust.ca) : undefined;
    if (refused) return refused;
    const { code, name } = error as NodeJS.ErrnoException;
    if (name === 'TimeoutError' || code === 'ABORT_ERR') return this.#noAnswer(timeoutMs);
    if (this.#target.via === 'socket' && (code === 'EACCES' || code === 'EPERM')) return this.#notMine();
    if (noListener.has(code ?? '')) return this.#notRunning(code);
    return failure('CONNECTION_LOST', `The connection to the gateway broke: ${(error as Error).message}`);
  }

  #notRunning(code: string | undefined): CliError {
    const target = this.#target;
    if (target.via === 'socket') {
      return notRunning(tildePath(target.home), 'Start one: fieldwarden up --plant FILE');
    }
    return notRunning(
      `${target.url.origin} (${code})`,
      'Check the address; a gateway listens on 127.0.0.1 only, unless started with --bind.',
    );
  }

  #notMine(): CliError {
    return new CliError({
      exitCode: exitCodes.notAllowed,
      code: 'NOT_ALLOWED',
      message: 'The socket of the gateway belongs to another user.',
      remedy: 'Run the command as the user who started the gateway, or use --url with FIELDWARDEN_TOKEN.',
    });
  }

  #noAnswer(timeoutMs: number): CliError {
    return failure('NO_ANSWER', `The gateway did not answer within ${timeoutMs / 1_000} s.`);
  }
}

interface SentFile {
  readonly pieces: Readable;
  readonly headers: Readonly<Record<string, string>>;
}

interface Outgoing {
  readonly method: string;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
}

type Sender = (outgoing: Outgoing, answer: (message: IncomingMessage) => void) => ClientRequest;

/** Nobody is there to speak to. The last two: a path too long for a socket, under which nobody can listen. */
const noListener = new Set([
  'ENOENT', 'ENOTDIR', 'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ENAMETOOLONG', 'EINVAL',
]); // prettier-ignore

async function jsonOf(message: IncomingMessage): Promise<unknown> {
  const body = await text(message);
  if (!/[/+]json\b/.test(message.headers['content-type'] ?? '')) throw foreign();
  const parsed: unknown = JSON.parse(body);
  if ((message.statusCode ?? 500) >= 400) throw problemError(parsed, message);
  return parsed;
}

function problemError(body: unknown, { statusCode }: IncomingMessage): CliError {
  const { detail, code, remedy, correlationId, findings, outcome } = (body ?? {}) as Partial<Problem>;
  if (detail === undefined || code === undefined) return foreign();
  return new CliError({
    exitCode: exitCodeOf(statusCode, code),
    code,
    message: `${sentence(detail)}${outcome ? ` Outcome: ${outcome}.` : ''}`,
    ...(remedy && { remedy }),
    ...(correlationId && { correlationId }),
    ...(findings && { findings }),
  });
}

function exitCodeOf(statusCode: number | undefined, code: string): ExitCode {
  if (statusCode === 401 || statusCode === 403) return exitCodes.notAllowed;
  return code === 'DOCUMENT_REFUSED' ? exitCodes.badConfiguration : exitCodes.failed;
}

function foreign(): CliError {
  return failure('FOREIGN_ANSWER', 'What answers there is no Fieldwarden gateway, or one of another version.');
}

function failure(code: string, message: string): CliError {
  return new CliError({ exitCode: exitCodes.failed, code, message });
}
