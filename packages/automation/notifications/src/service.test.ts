import { sampleAlarm, serviceContext, waitFor, type TestServiceContext } from '@fieldwarden/testkit';
import { describeService } from '@fieldwarden/testkit/service-suite';
import { describe, expect, it } from 'vitest';
import { NotificationService } from './notification-service.js';
import service from './service.js';
import type { NotificationSettings } from './settings.js';
import { settingsOf } from './testing/settings-of.js';
import { TestMailServer } from './testing/test-mail-server.js';

const hot = sampleAlarm({ conditionId: 'filler-hot', priority: 'high', severity: 700, message: 'Filler is hot' });

const mailBy = (url: string) => ({
  channels: [{ id: 'shift', type: 'mail', url, from: 'gateway@plant', to: ['shift@plant'], timeoutMs: 2_000 }],
  steps: [{ channel: 'shift' }],
  consolidationMs: 0,
});

async function running(context: TestServiceContext<NotificationSettings>) {
  const notifications = new NotificationService(context);
  await notifications.start();
  return { notifications, [Symbol.asyncDispose]: () => notifications.stop() };
}

describe('notifications', () => {
  it('tell a mail server of an alarm, once, also over a restart', async () => {
    await using server = await TestMailServer.start();
    const settings = settingsOf(mailBy(server.url));
    await using context = await serviceContext(settings);
    {
      await using first = await running(context);
      context.alarmFeed.tell(hot);
      await waitFor(() => server.received.length > 0, { what: 'a mail' });
      await waitFor(() => first.notifications.status().waiting === 0, { what: 'an empty queue' });
      expect(first.notifications.metrics()[0]).toMatchObject({
        name: 'notifications_total',
        labels: { channel: 'shift', result: 'sent' },
        value: 1,
      });
    }
    await using again = await serviceContext(settings, { storage: context.storage });
    again.alarmFeed.tell(hot);
    await using second = await running(again);
    again.alarmFeed.tell(sampleAlarm({ conditionId: 'other', priority: 'high' }));
    await waitFor(() => server.received.length > 1, { what: 'a mail about another alarm' });
    await waitFor(() => second.notifications.status().waiting === 0, { what: 'an empty queue' });
    expect(server.received.map(({ text }) => text.includes('Filler is hot'))).toEqual([true, false]);
  });

  it('wait for a server that is away, and say so', async () => {
    const away = await TestMailServer.start();
    const { port } = away;
    await away[Symbol.asyncDispose]();
    await using context = await serviceContext(settingsOf(mailBy(`smtp://127.0.0.1:${port}`)));
    await using one = await running(context);
    context.alarmFeed.tell(hot);
    await waitFor(() => one.notifications.health().state === 'Degraded', { what: 'a problem that is told' });
    expect(one.notifications.status()).toMatchObject({ waiting: 1, channels: [{ id: 'shift', waiting: 1 }] });
    await using server = await TestMailServer.start(undefined, port);
    await waitFor(() => server.received.length > 0, { what: 'the mail', timeoutMs: 20_000 });
    await waitFor(() => one.notifications.health().state === 'Healthy', { what: 'health' });
  });

  it('send a test that anybody can tell from an alarm', async () => {
    await using server = await TestMailServer.start();
    await using context = await serviceContext(settingsOf(mailBy(server.url)));
    await using one = await running(context);
    const test = (body: unknown) => one.notifications.request('test', body);
    expect(await test({ channel: 'shift' })).toMatchObject({ channel: 'shift', outcome: 'sent', message: null });
    expect(server.received[0].text).toContain('Subject: [test site] Test');
    server.answer = { code: 550, message: 'no such mailbox' };
    expect(await test({ channel: 'shift' })).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('no such mailbox'),
    });
    await expect(test({ channel: 'nobody' })).rejects.toThrow('there is no channel nobody');
    await expect(test({})).rejects.toThrow('a test names a channel');
    await expect(one.notifications.request('dance', {})).rejects.toThrow('know no request dance');
  });

  it('keep what nobody got for people to look at', async () => {
    await using server = await TestMailServer.start();
    server.answer = { code: 550, message: 'no such mailbox' };
    await using context = await serviceContext(settingsOf(mailBy(server.url)));
    await using one = await running(context);
    context.alarmFeed.tell(hot);
    await waitFor(() => one.notifications.status().deadLetters === 1, { what: 'a dead letter' });
    expect(await one.notifications.request('dead-letters', {})).toMatchObject({
      deadLetters: [{ channel: 'shift', result: 'refused', alarms: [{ id: 'filler-hot' }] }],
    });
    expect(context.told).toHaveLength(1);
  });
});

const later = { ...mailBy('smtp://127.0.0.1:1'), steps: [{ channel: 'shift', afterMs: 3_600_000 }] };

describeService({
  definition: service,
  settings: later,
  liveSettings: { ...later, consolidationMs: 10 },
  tags: [],
  exercise: () => Promise.resolve([]),
  store: ({ context }) => Promise.resolve(context.alarmFeed.tell(hot)),
});
