import type { Command } from 'commander';
import type { Run } from '../command-run.js';
import {
  deadLetters,
  notificationStatus,
  notificationTest,
  type TestOptions,
} from '../commands/notifications/notification-commands.js';

/** `notifications …` */
export function addNotificationCommands(notifications: Command, run: Run): void {
  notifications
    .command('status', { isDefault: true })
    .description('the ways to people, what waits for them, and what is wrong')
    .action(run(notificationStatus));
  notifications
    .command('test <channel>')
    .description('send a message that says that it is a test')
    .option('--to <address...>', 'mail addresses in place of those of the channel')
    .action(run((context, options: TestOptions, channel: string) => notificationTest(context, options, channel)));
  notifications.command('dead-letters').description('what nobody was told, and why').action(run(deadLetters));
}
