import type { Channel } from './channels/channel.js';
import { MailChannel } from './channels/mail.js';
import { MqttChannel, type MqttChannelDependencies } from './channels/mqtt.js';
import { WebhookChannel } from './channels/webhook.js';
import type { ChannelSettings } from './settings.js';

export function makeChannel(settings: ChannelSettings, dependencies: MqttChannelDependencies): Channel {
  switch (settings.type) {
    case 'mail':
      return new MailChannel(settings);
    case 'webhook':
      return new WebhookChannel(settings, dependencies.clock);
    case 'mqtt':
      return new MqttChannel(settings, dependencies);
  }
}
