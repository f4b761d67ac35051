import type { Request, RequestHandler } from 'express';
import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { badBody, RequestRefused } from '../request-refused.js';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BytePieces, trimmed } from './byte-pieces.js';
import type { BodyBudget, BodyShare } from './body-budget.js';
import { JsonScanner, type Excess, type JsonLimits, type ScannedField } from './json-scanner.js';
import { rawText, stringText } from './large-text.js';

/** Bytes that are looked at between two turns of the event loop. */
const turnBytes = 256 * 1024;

/** Up to here a body is parsed at once: that takes a few milliseconds whatever it says. */
const smallBytes = 1 << 20;
const smallLimits: JsonLimits = { values: 150_000, depth: 100 };

/** Of a body with a document: the budget of documents, and the levels around it. */
export interface BodyLimits {
  readonly maxBytes: number;
  readonly values: number;
  readonly depth: number;
}

/** In place of a field of a large body that is no text: its JSON, for a checker to parse. */
const largeFields: Readonly<Record<string, string>> = { document: 'text' };

/**
 * The body of a JSON request (`request.body`), admitted before it is parsed: inflated bytes, values and levels are counted as they come in, and
 * the request is refused at the first too many. A large body is never parsed here: its fields that are texts are taken out piece by piece, and
 * `document` becomes `text`, its JSON as it was sent.
 */
export function jsonBody(limits: BodyLimits | undefined, budget: BodyBudget): RequestHandler {
  return (request, response, next) => {
    if (request.is('application/json') === false || request.is('application/json') === null) {
      next();
      return;
    }
    const share = budget.open();
    response.once('close', () => share[Symbol.dispose]());
    readBody(request, limits, share).then((body) => {
      request.body = body;
      next();
    }, next);
  };
}

async function readBody(request: Request, limits: BodyLimits | undefined, share: BodyShare): Promise<unknown> {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(request.get('content-type') ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) throw notUtf8(charset);
  const maxBytes = limits?.maxBytes ?? smallBytes;
  if (Number(request.get('content-length') ?? 0) > maxBytes) throw tooLarge(`more than ${maxBytes} bytes`);
  const scanner = new JsonScanner(limits ?? smallLimits);
  const bytes = new BytePieces();
  const stream = inflated(request);
  let sinceTurn = 0;
  try {
    // The request stays open when it is refused, else the client would see a broken connection and no answer.
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (scanner.length + chunk.length > maxBytes) throw tooLarge(`more than ${maxBytes} bytes`);
      const excess = scanner.scan(chunk);
      if (excess) throw tooLarge(excessText(excess, limits ?? smallLimits));
      if (scanner.length > smallBytes && !share.take(chunk.length)) throw noRoom();
      bytes.push(chunk);
      sinceTurn += chunk.length;
      if (sinceTurn < turnBytes) continue;
      sinceTurn = 0;
      await nextTurn(); // what was read ahead would be scanned in one go
    }
  } catch (error) {
    request.unpipe();
    request.resume(); // what still comes is thrown away
    if (stream !== request) stream.destroy();
    throw error instanceof RequestRefused ? error : badBody(`the body cannot be read: ${(error as Error).message}`);
  }
  if (scanner.length === 0) return undefined;
  const isSmall = scanner.length <= smallBytes && isQuick(scanner);
  return isSmall ? parsed(bytes.copy()) : await largeBody(bytes, scanner.fields);
}

/** Small bodies of documents have few values, too, or are treated as large ones. */
function isQuick(scanner: JsonScanner): boolean {
  return scanner.values <= smallLimits.values;
}

function inflated(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  const inflaters: Readonly<Record<string, () => Transform>> = {
    gzip: createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  };
  if (encoding === 'identity') return request;
  const make = Object.hasOwn(inflaters, encoding) ? inflaters[encoding] : undefined;
  if (!make) throw encodingUnsupported(encoding);
  const inflater = make();
  request.once('error', (error) => inflater.destroy(error));
  return request.pipe(inflater);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (error) {
    throw badBody((error as Error).message);
  }
}

async function largeBody(
  bytes: BytePieces,
  fields: readonly ScannedField[],
): Promise<Readonly<Record<string, unknown>>> {
  const body: (readonly [name: string, value: unknown])[] = [];
  for (const { nameStart, nameEnd, valueStart, valueEnd } of fields) {
    if (nameEnd - nameStart > smallField) throw tooLarge('a name of a field is no name');
    const name = String(parsed(bytes.copy(nameStart, nameEnd)));
    const [start, end] = trimmed(bytes, valueStart, valueEnd);
    if (end - start <= smallField) body.push([name, parsed(bytes.copy(start, end))]);
    else if (isQuoted(bytes, start, end)) body.push([name, await unescaped(bytes.part(start + 1, end - 1))]);
    else if (Object.hasOwn(largeFields, name)) body.push([largeFields[name], await rawText(bytes.part(start, end))]);
    else throw tooLarge(`its field ${JSON.stringify(name.slice(0, 64))} is larger than ${smallField} bytes`);
  }
  if (fields.length === 0) throw badBody('the body is not a JSON object');
  return Object.fromEntries(body);
}

const smallField = 64 * 1024;
const quote = 0x22;

function isQuoted(bytes: BytePieces, start: number, end: number): boolean {
  return bytes.copy(start, start + 1)[0] === quote && bytes.copy(end - 1, end)[0] === quote;
}

async function unescaped(literal: readonly Buffer[]): Promise<string> {
  try {
    return await stringText(literal);
  } catch (error) {
    throw badBody((error as Error).message);
  }
}

function excessText(excess: Excess, { values, depth }: JsonLimits): string {
  return excess === 'values' ? `more than ${values} values` : `nested deeper than ${depth} levels`;
}

function tooLarge(why: string): RequestRefused {
  return new RequestRefused({
    status: 413,
    code: 'BODY_TOO_LARGE',
    detail: `the body is too large: ${why}`,
    headers: { Connection: 'close' },
  });
}

function noRoom(): RequestRefused {
  return new RequestRefused({
    status: 503,
    code: 'TOO_MANY_LARGE_BODIES',
    detail: 'other large requests are under way; there is no room for this one',
    remedy: 'Send it again in a moment.',
    headers: { 'Retry-After': '5', Connection: 'close' },
  });
}

function notUtf8(charset: string): RequestRefused {
  return new RequestRefused({
    status: 415,
    code: 'BODY_ENCODING_UNSUPPORTED',
    detail: `unsupported charset ${JSON.stringify(charset.slice(0, 32))}; JSON is UTF-8`,
  });
}

function encodingUnsupported(encoding: string): RequestRefused {
  return new RequestRefused({
    status: 415,
    code: 'BODY_ENCODING_UNSUPPORTED',
    detail: `unsupported content encoding ${JSON.stringify(encoding.slice(0, 32))}; gzip, deflate and br are understood`,
  });
}
