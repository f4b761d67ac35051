import { systemClock } from '@fieldwarden/core';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { channelOf, notification } from '../testing/settings-of.js';
import type { SendFailure } from './channel.js';
import { WebhookChannel } from './webhook.js';

interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

class TestHook implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  answer: (response: ServerResponse) => void = (response) => void response.writeHead(204).end();

  static async start(): Promise<TestHook> {
    const hook = new TestHook();
    hook.#server.listen(0, '127.0.0.1');
    await once(hook.#server, 'listening');
    return hook;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/alarms?room=1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.received.push({ url: request.url, headers: request.headers, body: await text(request) });
    this.answer(response);
  }
}

const hookAt = (url: string, more: object = {}) =>
  new WebhookChannel(channelOf({ type: 'webhook', url, secret: 'k3y', ...more }), systemClock);

async function outcome(sending: Promise<void>): Promise<string> {
  try {
    await sending;
    return 'sent';
  } catch (error) {
    return (error as SendFailure).outcome;
  }
}

describe('a webhook', () => {
  it('posts JSON whose signature the receiver can check', async () => {
    await using hook = await TestHook.start();
    await hookAt(hook.url).send(notification);
    const [{ url, headers, body }] = hook.received;
    expect(url).toBe('/alarms?room=1');
    expect(JSON.parse(body)).toEqual(notification);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['x-fieldwarden-delivery']).toBe(notification.id);
    const stamp = String(headers['x-fieldwarden-timestamp']);
    const expected = createHmac('sha256', 'k3y').update(`${stamp}.${body}`).digest('hex');
    expect(headers['x-fieldwarden-signature']).toBe(`sha256=${expected}`);
  });

  it('has no signature without a secret', async () => {
    await using hook = await TestHook.start();
    await hookAt(hook.url, { secret: undefined }).send(notification);
    expect(hook.received[0].headers['x-fieldwarden-signature']).toBeUndefined();
  });

  it('follows no redirect', async () => {
    await using elsewhere = await TestHook.start();
    await using hook = await TestHook.start();
    hook.answer = (response) => void response.writeHead(307, { location: elsewhere.url }).end();
    expect(await outcome(hookAt(hook.url).send(notification))).toBe('refused');
    expect(elsewhere.received).toEqual([]);
  });

  it.each([
    [200, 'sent'],
    [400, 'refused'],
    [404, 'refused'],
    [408, 'not-sent'],
    [429, 'not-sent'],
    [503, 'not-sent'],
  ])('that answers %i is %s', async (status, expected) => {
    await using hook = await TestHook.start();
    hook.answer = (response) => void response.writeHead(status).end('x'.repeat(100_000));
    expect(await outcome(hookAt(hook.url).send(notification))).toBe(expected);
  });

  it('that does not answer, or hangs up, may have it', async () => {
    await using hook = await TestHook.start();
    hook.answer = () => undefined;
    expect(await outcome(hookAt(hook.url, { timeoutMs: 200 }).send(notification))).toBe('unknown');
    hook.answer = (response) => void response.destroy();
    expect(await outcome(hookAt(hook.url).send(notification))).toBe('unknown');
  });

  it('that is not there has not', async () => {
    const hook = await TestHook.start();
    const { url } = hook;
    await hook[Symbol.asyncDispose]();
    expect(await outcome(hookAt(url).send(notification))).toBe('not-sent');
  });
});
