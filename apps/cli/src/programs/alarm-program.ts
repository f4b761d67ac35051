import { InvalidArgumentError, Option, type Command } from 'commander';
import { wholeNumber, type Run } from '../command-run.js';
import { actOnAlarm, type AlarmAct, type AlarmActOptions } from '../commands/alarms/alarm-acts.js';
import { listAlarmJournal, type AlarmJournalOptions } from '../commands/alarms/alarm-journal.js';
import { listAlarms, type AlarmListOptions } from '../commands/alarms/alarm-list.js';
import { showAlarmStatistics } from '../commands/alarms/alarm-statistics.js';
import { addDefaultCommand } from './default-command.js';

/** `alarms …` */
export function addAlarmCommands(alarms: Command, run: Run): void {
  addDefaultCommand(alarms, 'list')
    .description('alarms of devices, of the gateway and of the plant, the most urgent first')
    .option('--all', 'also those that are normal: shelved, disabled, or quiet')
    .option('--driver <id>', 'of this driver only')
    .option('--device <device>', 'of this device only')
    .action(run((context, options: AlarmListOptions) => listAlarms(context, options)));
  for (const [name, act, description] of acts) addAct(alarms, run, { name, act, description });
  alarms
    .command('journal')
    .description('every transition of every alarm, newest first')
    .option('-n, --lines <count>', 'how many rows', wholeNumber(1, 100_000), 50)
    .option('--from <time>', 'like 2030-01-31T12:00 or 15min, back from now')
    .option('--to <time>', 'the same')
    .option('--id <condition>', 'of this condition only')
    .option('--area <area>', 'of this area and those within it')
    .option('--transition <transition>', 'only this one, as acknowledged')
    .option('--text <text>', 'part of the id, message, user or note')
    .action(run((context, options: AlarmJournalOptions) => listAlarmJournal(context, options)));
  alarms
    .command('statistics')
    .description('floods, the most frequent, standing and chattering alarms, time to acknowledge')
    .action(run(showAlarmStatistics));
}

/** As people type them. */
const acts: readonly (readonly [name: string, act: AlarmAct, description: string])[] = [
  ['ack', 'acknowledge', 'say that somebody has seen an alarm'],
  ['confirm', 'confirm', 'say that what an alarm asked for was done, where its class asks for that'],
  ['comment', 'comment', 'write a note to an alarm'],
  ['shelve', 'shelve', 'set an alarm aside for a time, at most 8 h; with -m why'],
  ['unshelve', 'unshelve', 'take an alarm back from the shelf'],
  ['disable', 'disable', 'have a condition not become active any more; with -m why'],
  ['enable', 'enable', 'have a condition become active again'],
  ['out-of-service', 'out-of-service', 'take an alarm out of service for maintenance; with -m why'],
  ['in-service', 'in-service', 'take an alarm back into service'],
  ['reset', 'reset', 'end a latched alarm whose cause is gone'],
];

interface ActCommand {
  readonly name: string;
  readonly act: AlarmAct;
  readonly description: string;
}

function addAct(alarms: Command, run: Run, { name, act, description }: ActCommand): void {
  const command = alarms
    .command(`${name} <condition>`)
    .description(description)
    .option('-m, --message <text>', 'what goes with it')
    .option('--driver <id>', 'of which driver, if there are several alarms of that name')
    .option('--device <device>', 'of which device');
  if (act === 'shelve') {
    command
      .addOption(new Option('--for <time>', 'how long: 2h, 30min; default 8h').argParser(shelvingMs))
      .option('--once', 'until it is over');
  }
  command.action(
    run((context, options: AlarmActOptions, condition: string) => actOnAlarm(context, act, condition, options)),
  );
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, m: 60_000, h: 3_600_000 };

const maxShelvingMs = 8 * 3_600_000;

function shelvingMs(text: string): number {
  const [, number, unit] = /^(\d{1,5})(s|min|m|h)$/.exec(text) ?? [];
  const ms = unit === undefined ? NaN : Number(number) * unitMs[unit];
  if (ms > 0 && ms <= maxShelvingMs) return ms;
  throw new InvalidArgumentError('It is a time such as 2h, 30min or 90s, at most 8h.');
}
