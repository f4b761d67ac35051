import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '@fieldwarden/core';
import { answerControl, HttpRefusal, type ControlAnswer } from './control-routes.js';
import type { RigPlc } from '../plcs/rig-plc.js';

const maxBodyBytes = 16_384;

/** The HTTP port through which people and tests turn knobs. */
export class ControlServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #plcs: readonly RigPlc[];

  private constructor(plcs: readonly RigPlc[]) {
    this.#plcs = plcs;
    this.#server = createServer((request, response) => {
      this.#answer(request).then(
        (answer) => send(response, answer),
        (error: unknown) => send(response, refusalOf(error)),
      );
    });
  }

  static async listen(host: string, port: number, plcs: readonly RigPlc[]): Promise<ControlServer> {
    const control = new ControlServer(plcs);
    control.#server.listen(port, host);
    await once(control.#server, 'listening');
    return control;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage): Promise<ControlAnswer> {
    const { method = 'GET', url = '/' } = request;
    const path = url.split('?')[0];
    return answerControl(this.#plcs, { method, path, body: () => jsonBody(request) });
  }
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) throw new HttpRefusal(413, `a body has at most ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw new HttpRefusal(400, `the body is no JSON: ${messageOf(error)}`);
  }
}

function refusalOf(error: unknown): ControlAnswer {
  if (error instanceof HttpRefusal) return error.answer;
  return { status: 500, body: { error: messageOf(error) } };
}

function send(response: ServerResponse, { status, body, headers = {} }: ControlAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}
