import { defineService } from '@fieldwarden/service';
import { checkNotifications } from './check/check-notifications.js';
import { NotificationService } from './notification-service.js';
import { notificationSettings, type NotificationSettings } from './settings.js';

/** Alarms told to people by mail, webhook and MQTT (SPEC §18.4). */
export default defineService<NotificationSettings>({
  name: 'notifications',
  title: 'Notifications',
  version: '1.0.0',
  section: 'notifications',
  entry: import.meta.url,
  isolation: 'in-process',
  schema: notificationSettings,
  check: checkNotifications,
  changesLive: () => true,
  disturbance: { restart: 'nobody is told anew', stop: 'nobody is told of alarms any more' },
  create: (context) => new NotificationService(context),
});
