import { messageOf, type Clock } from '@fieldwarden/core';
import { createHmac } from 'node:crypto';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Notification } from '../message/notification.js';
import type { WebhookSettings } from '../settings.js';
import { SendFailure, type Channel } from './channel.js';

export const signatureHeader = 'X-Fieldwarden-Signature';
export const timestampHeader = 'X-Fieldwarden-Timestamp';
export const deliveryHeader = 'X-Fieldwarden-Delivery';

/** A POST of JSON, signed. It follows no redirect: whoever answers for that address could send alarms elsewhere. */
export class WebhookChannel implements Channel {
  readonly #settings: WebhookSettings;
  readonly #clock: Clock;

  constructor(settings: WebhookSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  async send(notification: Notification): Promise<void> {
    const { url, secret, timeoutMs } = this.#settings;
    const body = JSON.stringify(notification);
    const timestamp = String(Math.floor(this.#clock.wallMs() / 1_000));
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
      'User-Agent': 'fieldwarden',
      [deliveryHeader]: notification.id,
      [timestampHeader]: timestamp,
      ...(secret !== undefined && { [signatureHeader]: signature(secret, timestamp, body) }),
    };
    const status = await this.#post(new URL(url), headers, body, timeoutMs);
    if (status >= 200 && status < 300) return;
    if (status >= 300 && status < 400)
      throw new SendFailure('refused', `answers ${status}, a redirect, and none is followed: write the new address`);
    const mayGoBetter = status >= 500 || status === 408 || status === 429;
    throw new SendFailure(mayGoBetter ? 'not-sent' : 'refused', `answers ${status}`);
  }

  #post(url: URL, headers: Readonly<Record<string, string>>, body: string, timeoutMs: number): Promise<number> {
    return new Promise((resolve, reject) => {
      let isSent = false;
      const request = url.protocol === 'https:' ? requestHttps : requestHttp;
      // No agent: a connection that was kept may have ended meanwhile, and nobody could tell what the other side got.
      const sending = request(url, { method: 'POST', headers, agent: false });
      const timer = this.#clock.setTimer(
        () => sending.destroy(new Error(`no answer within ${timeoutMs} ms`)),
        timeoutMs,
      );
      sending.once('finish', () => (isSent = true));
      sending.once('response', (answer: IncomingMessage) => {
        timer[Symbol.dispose]();
        // What it says is of no interest, however long it is.
        answer.destroy();
        resolve(answer.statusCode ?? 0);
      });
      sending.on('error', (error) => {
        timer[Symbol.dispose]();
        reject(new SendFailure(isSent ? 'unknown' : 'not-sent', messageOf(error), { cause: error }));
      });
      sending.end(body);
    });
  }
}

/** `sha256=` and the hexadecimal HMAC over `timestamp.body`: who knows the secret can tell that it is ours, and not an old one. */
export function signature(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}
