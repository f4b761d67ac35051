import { describe, expect, it } from 'vitest';
import { settingsOf } from '../testing/settings-of.js';
import { checkNotifications } from './check-notifications.js';

const mail = { id: 'shift', type: 'mail', url: 'smtp://127.0.0.1:2525', from: 'gateway@plant', to: ['shift@plant'] };

function findings(written: object): readonly string[] {
  return checkNotifications(settingsOf(written)).map(
    ({ path, rule, message }) => `${path.join('.')} ${rule}: ${message}`,
  );
}

describe('the rules of notifications', () => {
  it('have nothing to say about sound channels and steps', () => {
    expect(
      findings({
        channels: [
          mail,
          { id: 'hook', type: 'webhook', url: 'https://chat.plant/hooks/alarms', secret: 'k3y' },
          { id: 'bus', type: 'mqtt', url: 'mqtt://127.0.0.1', topic: 'plant/notifications' },
        ],
        steps: [
          {
            channel: 'shift',
            to: ['chief@plant'],
            quietHours: { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' },
          },
          { channel: 'hook' },
          { channel: 'bus' },
        ],
      }),
    ).toEqual([]);
  });

  it('name what can not work', () => {
    expect(
      findings({
        channels: [
          mail,
          { ...mail, url: 'http://mail.plant' },
          { id: 'hook', type: 'webhook', url: 'https://me:secret@chat.plant/' },
          { id: 'bus', type: 'mqtt', url: 'tcp://broker', topic: 'a/#', password: 'x' },
        ],
        steps: [
          { channel: 'shift' },
          { channel: 'nobody' },
          { channel: 'hook', to: ['chief@plant'], quietHours: { from: '06:00', to: '06:00', timeZone: 'Mars/Base' } },
        ],
      }),
    ).toEqual([
      'channels.1.id notification-channel-unique: "shift" is the id of two channels',
      'channels.1.url notification-url: an address here begins with smtp:// or smtps:// and names a host',
      'channels.2.url notification-url: the address holds credentials, which would be shown; write them into fields of their own',
      'channels.3.password notification-sign-in: a password needs a username',
      'channels.3.url notification-url: the URL has the scheme tcp; it is one of mqtt, mqtts, ws, wss',
      'channels.3.topic notification-topic: not a topic: it holds + or #, which only filters have',
      'steps.1.channel notification-channel-unknown: there is no channel nobody; there are shift, shift, hook, bus',
      'steps.2.to notification-to: hook is of type webhook: only mail has addresses',
      'steps.2.quietHours.timeZone notification-time-zone: "Mars/Base" is no time zone; write one like Europe/Berlin',
      'steps.2.quietHours.to notification-quiet-hours: quiet hours end at another time than they begin',
      'channels.3.id notification-channel-unused: no step uses the channel bus',
    ]);
  });
});
