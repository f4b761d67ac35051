import type { Command } from 'commander';
import type { Run } from '../command-run.js';
import { callMethod, type MethodCallOptions } from '../commands/drivers/method-call.js';

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
