import type { Command } from 'commander';
import type { Run } from '../command-run.js';
import { mqttPurge, type PurgeOptions } from '../commands/mqtt/mqtt-purge.js';
import { mqttStatus } from '../commands/mqtt/mqtt-status.js';

/** `mqtt …` */
export function addMqttCommands(mqtt: Command, run: Run): void {
  mqtt
    .command('status', { isDefault: true })
    .description('connections to brokers, what waits for them, what was given up')
    .action(run(mqttStatus));
  mqtt
    .command('purge [outlet]')
    .description('give up all messages that wait for a broker')
    .option('--yes', 'without asking')
    .action(run((context, options: PurgeOptions, id: string | undefined) => mqttPurge(context, options, id)));
}
