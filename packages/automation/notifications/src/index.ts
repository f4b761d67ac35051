export type { Notification, NotifiedAlarm } from './message/notification.js';
export { signature } from './channels/webhook.js';
export { notificationSettings, type NotificationSettings } from './settings.js';
