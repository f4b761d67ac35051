import { Option, type Command } from 'commander';
import { wholeNumber, type Run } from '../command-run.js';
import { callMethod, type MethodCallOptions } from '../commands/drivers/method-call.js';
import { tagHistory, type HistoryOptions } from '../commands/tags/tags-history.js';

const aggregates = ['average', 'minimum', 'maximum', 'count', 'timeAverage', 'interpolative'];

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

/** `tags history` */
export function addHistoryCommand(tags: Command, run: Run): void {
  tags
    .command('history <path>')
    .description('the past of a tag: the last minutes as the gateway remembers them, or what the device does')
    .option('--from <time>', 'like 2030-01-31T12:00 or 15min, back from now; default 15min')
    .option('--to <time>', 'the same; default now')
    .addOption(new Option('--source <source>', 'who remembers').choices(['memory', 'device']).default('memory'))
    .addOption(new Option('--aggregate <name>', 'of a device: one row per interval').choices(aggregates))
    .addOption(new Option('--interval <ms>', 'of an aggregate').argParser(wholeNumber(1, 86_400_000)))
    .addOption(
      new Option('-n, --limit <rows>', 'of a device: at most so many')
        .argParser(wholeNumber(1, 100_000))
        .default(1_000),
    )
    .action(run((context, options: HistoryOptions, path: string) => tagHistory(context, path, options)));
}
