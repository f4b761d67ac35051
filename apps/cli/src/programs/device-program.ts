import type { Command } from 'commander';
import { addDefaultCommand } from './default-command.js';
import type { Run } from '../command-run.js';
import { acknowledgeAlarm, listAlarms, type AlarmOrigin } from '../commands/alarms.js';
import { callMethod, type MethodCallOptions } from '../commands/drivers/method-call.js';

/** `alarms …` */
export function addAlarmCommands(alarms: Command, run: Run): void {
  addDefaultCommand(alarms, 'list')
    .description('alarms of devices and of the gateway, the most urgent first')
    .option('--driver <id>', 'of this driver only')
    .option('--device <device>', 'of this device only')
    .action(run((context, options: AlarmOrigin) => listAlarms(context, options)));
  alarms
    .command('ack <condition>')
    .description('say that somebody has seen an alarm')
    .option('-m, --message <text>', 'what goes with it')
    .option('--driver <id>', 'of which driver, if there are several alarms of that name')
    .option('--device <device>', 'of which device')
    .action(
      run((context, options: AlarmOrigin & { readonly message?: string }, condition: string) =>
        acknowledgeAlarm(context, condition, options),
      ),
    );
}

/** `drivers call` */
export function addMethodCommand(drivers: Command, run: Run): void {
  drivers
    .command('call <id> <method> [args...]')
    .description('have a device execute a method, once; arguments as in JSON, else texts')
    .option('--device <device>', 'which one, if the driver has several')
    .option('--object <object>', 'that has the method, where the protocol knows objects')
    .action(
      run((context, options: MethodCallOptions, id: string, method: string, args: readonly string[] = []) =>
        callMethod(context, options, [id, method, ...args]),
      ),
    );
}
