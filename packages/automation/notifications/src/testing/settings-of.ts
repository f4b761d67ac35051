import { notificationSettings, type ChannelSettings, type NotificationSettings } from '../settings.js';
import type { Notification } from '../message/notification.js';

export function settingsOf(written: object): NotificationSettings {
  return notificationSettings.parse(written);
}

export function channelOf<Type extends ChannelSettings['type']>(
  written: { readonly type: Type } & Readonly<Record<string, unknown>>,
): Extract<ChannelSettings, { type: Type }> {
  const [channel] = settingsOf({ channels: [{ id: 'shift', timeoutMs: 2_000, ...written }] }).channels;
  return channel as Extract<ChannelSettings, { type: Type }>;
}

export const notification: Notification = {
  schema: 'fieldwarden/notification@1',
  id: '7d1c0a52',
  site: 'lab',
  at: '2030-01-01T00:00:05.000Z',
  test: false,
  alarms: [
    {
      id: 'filler-hot',
      driverId: null,
      device: null,
      source: 'packaging/filler/temperature',
      area: 'packaging/filler',
      priority: 'high',
      severity: 700,
      message: 'Filler is hot',
      response: 'Check the cooling water',
      value: 85.5,
      quality: 'Good',
      at: '2030-01-01T00:00:00.000Z',
    },
  ],
};
