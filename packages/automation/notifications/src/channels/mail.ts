import { messageOf } from '@fieldwarden/core';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { mailText, type Notification } from '../message/notification.js';
import type { MailSettings } from '../settings.js';
import { SendFailure, type Channel } from './channel.js';

/** Mail by SMTP, a connection for each message: alarms are rare, and a connection that is kept may be dead when it counts. */
export class MailChannel implements Channel {
  readonly #settings: MailSettings;

  constructor(settings: MailSettings) {
    this.#settings = settings;
  }

  async send(notification: Notification, to: readonly string[] | null): Promise<void> {
    const receivers = [...(to ?? this.#settings.to)];
    const message = await this.#compose(notification, receivers);
    let isSent = false;
    const raw = Readable.from([message]).once('end', () => (isSent = true));
    const transport = createTransport(await this.#options());
    try {
      const { rejected } = await transport.sendMail({ envelope: { from: this.#settings.from, to: receivers }, raw });
      // Some of them have it: nobody shall get it twice because of another's address.
      if (rejected.length > 0) throw new SendFailure('unknown', `the server does not take ${rejected.join(', ')}`);
    } catch (error) {
      throw failureOf(error, isSent);
    } finally {
      transport.close();
    }
  }

  async #compose(notification: Notification, to: readonly string[]): Promise<Buffer> {
    const { from } = this.#settings;
    const { subject, text } = mailText(notification);
    const composer = new MailComposer({
      from,
      to: [...to],
      subject,
      text,
      date: new Date(notification.at),
      messageId: `<${notification.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
      // RFC 3834: no answers of absent people.
      headers: { 'Auto-Submitted': 'auto-generated' },
      ...(notification.alarms.some(({ priority }) => priority === 'critical') && { priority: 'high' as const }),
    });
    return await composer.compile().build();
  }

  async #options() {
    const { url, username, password, requireTls, caFile, timeoutMs } = this.#settings;
    const { hostname, port, protocol } = new URL(url);
    const secure = protocol === 'smtps:';
    return {
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (secure ? 465 : 587) : Number(port),
      secure,
      requireTLS: requireTls,
      ...(username !== undefined && { auth: { user: username, pass: password ?? '' } }),
      ...(caFile !== undefined && { tls: { ca: await readCa(caFile) } }),
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      dnsTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }
}

async function readCa(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new SendFailure('not-sent', `the file of the authority can't be read: ${messageOf(error)}`, { cause: error });
  }
}

/** RFC 5321, 4.2.1: 4yz may go better later, 5yz would be refused again. */
function failureOf(error: unknown, isSent: boolean): SendFailure {
  if (error instanceof SendFailure) return error;
  const { responseCode, code } = error as { readonly responseCode?: unknown; readonly code?: unknown };
  const message = messageOf(error);
  if (typeof responseCode === 'number' && responseCode >= 400) {
    // A wrong password or a server without TLS may be put right, and the alarm is still to be told.
    const isRefused = responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
    return new SendFailure(isRefused ? 'refused' : 'not-sent', message, { cause: error });
  }
  return new SendFailure(isSent ? 'unknown' : 'not-sent', message, { cause: error });
}
