import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export async function bodyText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

export async function bodyJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  return JSON.parse((await bodyText(request)) || '{}') as Record<string, unknown>;
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

export interface ProblemInit {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly [field: string]: unknown;
}

/** RFC 9457. */
export function sendProblem(response: ServerResponse, problem: ProblemInit): void {
  const { status, code } = problem;
  const type = `urn:fieldwarden:problem:${code.toLowerCase()}`;
  response.writeHead(status, { 'Content-Type': 'application/problem+json' });
  response.end(JSON.stringify({ type, title: code, correlationId: randomUUID().slice(0, 16), ...problem }));
}

/** Begins a stream of server-sent events; the answer sends one. */
export function eventStream(response: ServerResponse): (event: string, data: unknown, id?: number) => void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
  return (event, data, id) => {
    const head = id === undefined ? '' : `id: ${id}\n`;
    response.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
}
