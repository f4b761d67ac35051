import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { channelOf, notification } from '../testing/settings-of.js';
import { TestMailServer } from '../testing/test-mail-server.js';
import { MailChannel } from './mail.js';
import { SendFailure } from './channel.js';

const mailTo = (url: string, more: object = {}) =>
  new MailChannel(
    channelOf({ type: 'mail', url, from: 'gateway@plant.example', to: ['shift@plant.example'], ...more }),
  );

async function failure(sending: Promise<void>): Promise<SendFailure> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SendFailure);
  return error as SendFailure;
}

describe('mail', () => {
  it('says what is the case, of what, since when and what to do', async () => {
    await using server = await TestMailServer.start();
    await mailTo(server.url).send(notification, null);
    const [{ from, to, text }] = server.received;
    expect([from, ...to]).toEqual(['gateway@plant.example', 'shift@plant.example']);
    expect(text).toContain('Subject: [lab] HIGH Filler is hot');
    expect(text).toContain('Message-ID: <7d1c0a52@plant.example>');
    expect(text).toContain('Auto-Submitted: auto-generated');
    expect(text).toContain('About: packaging/filler/temperature');
    expect(text).toContain('Value: 85.5 (Good)');
    expect(text).toContain('Since: 2030-01-01T00:00:00.000Z');
    expect(text).toContain('What to do: Check the cooling water');
  });

  it('goes to the addresses of a step in place of those of the channel', async () => {
    await using server = await TestMailServer.start();
    await mailTo(server.url).send(notification, ['chief@plant.example', 'night@plant.example']);
    expect(server.received[0].to).toEqual(['chief@plant.example', 'night@plant.example']);
  });

  it('keeps a message of a device within its line', async () => {
    await using server = await TestMailServer.start();
    const [alarm] = notification.alarms;
    const alarms = [{ ...alarm, message: 'Hot\r\nBcc: stranger@elsewhere.example' }];
    await mailTo(server.url).send({ ...notification, alarms }, null);
    expect(server.received[0].text).not.toMatch(/^Bcc:/m);
    expect(server.received[0].to).toEqual(['shift@plant.example']);
  });

  it('signs in', async () => {
    const server = await TestMailServer.start({
      disabledCommands: ['STARTTLS'],
      authOptional: false,
      onAuth: ({ username, password }, _session, done) =>
        password === 'right' ? done(null, { user: username }) : done(new Error('no')),
    });
    await using _server = server;
    const credentials = { username: 'gateway', password: 'right' };
    await mailTo(server.url, credentials).send(notification, null);
    expect(server.received[0].user).toBe('gateway');
    const wrong = await failure(mailTo(server.url, { ...credentials, password: 'wrong' }).send(notification, null));
    expect(wrong.outcome).toBe('not-sent');
  });

  it('goes over no open connection where it must not, nor to a server that nobody vouches for', async () => {
    await using open = await TestMailServer.start();
    expect((await failure(mailTo(open.url, { requireTls: true }).send(notification, null))).outcome).toBe('not-sent');
    await using encrypted = await TestMailServer.start({});
    const { outcome, message } = await failure(mailTo(encrypted.url).send(notification, null));
    expect([outcome, message]).toEqual(['not-sent', expect.stringContaining('certificate')]);
    expect([...open.received, ...encrypted.received]).toEqual([]);
  });

  it('tells what would be refused again from what may go better', async () => {
    await using server = await TestMailServer.start();
    server.answer = { code: 550, message: 'no such mailbox' };
    expect((await failure(mailTo(server.url).send(notification, null))).outcome).toBe('refused');
    server.answer = { code: 451, message: 'later' };
    expect((await failure(mailTo(server.url).send(notification, null))).outcome).toBe('not-sent');
  });

  it('does not know what became of a message that nobody answered', async () => {
    await using server = await TestMailServer.start();
    server.answer = 'say nothing';
    const silent = mailTo(server.url, { timeoutMs: 200 });
    expect((await failure(silent.send(notification, null))).outcome).toBe('unknown');
    server.answer = 'hang up';
    expect((await failure(mailTo(server.url).send(notification, null))).outcome).toBe('unknown');
  });

  it('was not sent where nobody listens, or nobody greets', async () => {
    const listener = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as { port: number };
    const silent = mailTo(`smtp://127.0.0.1:${port}`, { timeoutMs: 200 });
    expect((await failure(silent.send(notification, null))).outcome).toBe('not-sent');
    listener.close();
    expect((await failure(mailTo(`smtp://127.0.0.1:${port}`).send(notification, null))).outcome).toBe('not-sent');
  });
});
