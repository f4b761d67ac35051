import { Option, type Command } from 'commander';
import { wholeNumber, type Run } from '../command-run.js';
import { exportHistory, type ExportOptions } from '../commands/history/history-export.js';
import { historyStatus } from '../commands/history/history-status.js';
import { tagHistory, type HistoryOptions } from '../commands/tags/tags-history.js';
import { addDefaultCommand } from './default-command.js';

const aggregates = [
  'average', 'minimum', 'maximum', 'range', 'count', 'total', 'delta', 'start-bound', 'end-bound', 'interpolative', 'time-average',
  'time-average2', 'duration-good', 'duration-bad', 'percent-good', 'percent-bad', 'worst-quality', 'number-of-transitions',
  'standard-deviation', 'timeAverage',
]; // prettier-ignore

const longestMs = 3_162_240_000_000;

/** `tags history` */
export function addHistoryCommand(tags: Command, run: Run): void {
  tags
    .command('history <path...>')
    .description(
      'the past of tags: what is kept on disk, or the last minutes as the gateway remembers them, or what the device does',
    )
    .option(
      '--from <time>',
      'like 2030-01-31T12:00 or 15min, back from now; default 15min. Later than --to: newest first',
    )
    .option('--to <time>', 'the same; default now')
    .addOption(
      new Option('--source <source>', 'who remembers; default: store where history is kept, else memory').choices([
        'store',
        'memory',
        'device',
      ]),
    )
    .addOption(new Option('--aggregate <name>', 'one row per interval, by OPC UA Part 13').choices(aggregates))
    .addOption(
      new Option('--interval <ms>', 'of an aggregate; 0 = the whole range').argParser(wholeNumber(0, longestMs)),
    )
    .addOption(
      new Option('-n, --limit <rows>', 'of each tag at most so many; not of memory')
        .argParser(wholeNumber(1, 1_000_000))
        .default(1_000),
    )
    .option('--csv', 'print a table: path,at,value,status')
    .action(run((context, options: HistoryOptions, paths: readonly string[]) => tagHistory(context, paths, options)));
}

/** `history …` */
export function addHistoryCommands(history: Command, run: Run): void {
  addDefaultCommand(history, 'status')
    .description('how much is kept, how fast it grows, how far back it reaches')
    .action(run(historyStatus));
  history
    .command('export <file>')
    .description('write what is kept into a table: path,at,value,status')
    .option('--paths <path...>', 'of these tags only')
    .option('--from <time>', 'like 2030-01-31T12:00 or 30d, back from now; default everything')
    .option('--to <time>', 'the same; default now')
    .action(run((context, options: ExportOptions, file: string) => exportHistory(context, file, options)));
}
