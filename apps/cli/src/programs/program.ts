import { readFileSync } from 'node:fs';
import type { DriverAction } from '@fieldwarden/gateway-contract';
import type { ServicePort } from '@fieldwarden/service';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { AdminClient } from '../gateway/admin-client.js';
import type { CommandContext, Shell } from '../command-context.js';
import { complete, completion } from '../commands/completion.js';
import { describe } from '../commands/drivers/describe.js';
import { down } from '../commands/gateway/down.js';
import { newDriver } from '../commands/drivers/driver-new.js';
import { driverType } from '../commands/drivers/driver-type.js';
import { browseDriver, testDriver, type BrowseOptions } from '../commands/drivers/driver-checks.js';
import { driverPlan, driverTypes } from '../commands/drivers/drivers.js';
import { events } from '../commands/events.js';
import { list } from '../commands/drivers/list.js';
import { logs } from '../commands/logs.js';
import { hosts } from '../commands/drivers/hosts.js';
import { monit } from '../commands/monit.js';
import { operate } from '../commands/drivers/operate.js';
import { postMortem, postMortems } from '../commands/drivers/post-mortem.js';
import { status } from '../commands/gateway/status.js';
import { listTags, type TagListOptions } from '../commands/tags/tags-list.js';
import { readTags } from '../commands/tags/tags-read.js';
import { watchTags } from '../commands/tags/tags-watch.js';
import { writeTag } from '../commands/tags/tags-write.js';
import { hostArgument, wholeNumber, type Run } from '../command-run.js';
import { addAuditCommand } from './audit-program.js';
import { addSessionCommands, addTokenCommands, addUserCommands } from './access-program.js';
import { addConfigCommands } from './config-program.js';
import { addNames, moduleFoldersOption, secretFoldersOption } from './folder-options.js';
import { addAlarmCommands } from './alarm-program.js';
import { addMethodCommand } from './device-program.js';
import { addHistoryCommand, addHistoryCommands } from './history-program.js';
import { addCertificateCommands } from './certificate-program.js';
import { addMqttCommands } from './mqtt-program.js';
import { addNotificationCommands } from './notification-program.js';
import { addServiceCommands } from './service-program.js';
import { addUpkeepCommands } from './upkeep-program.js';
import type { UpOptions } from '../commands/gateway/up.js';
import { shells, type ShellName } from '../completion/scripts.js';
import type { ExitCode } from '../exit-code.js';
import { homeDirectory, targetOf } from '../gateway/target.js';

interface GlobalOptions {
  readonly json?: boolean;
  readonly home?: string;
  readonly url?: string;
  readonly ca?: string;
  readonly fingerprint?: string;
}

/** Tells what the command that was run ended with. */
export interface ProgramResult {
  exitCode: ExitCode;
}

/**
 * The whole command line. Parsing it runs the command named. `servicePorts`: the ports of services that `up` may set. `saysMistakes`: what is
 * wrong with a command line is said in words; otherwise whoever parses it tells.
 */
export function buildProgram(
  shell: Shell,
  result: ProgramResult,
  servicePorts: readonly ServicePort[] = [],
  saysMistakes = true,
): Command {
  const program = new Command('fieldwarden')
    .description('Runs the Fieldwarden gateway and looks after it.')
    .configureOutput({
      writeOut: (text) => shell.terminal.write(text),
      writeErr: (text) => (saysMistakes ? shell.terminal.writeError(text) : undefined),
    })
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .version(version())
    .option('--json', 'print JSON: one document, or one line each for what keeps coming')
    .option('--home <dir>', 'home directory of the gateway (env FIELDWARDEN_HOME, default ~/.fieldwarden)')
    .option('--url <url>', 'speak to this address, with the token in FIELDWARDEN_TOKEN, not to the local socket')
    .option('--ca <file>', 'with an https address: who signed its certificate, in PEM (env FIELDWARDEN_CA)')
    .option('--fingerprint <fingerprint>', 'with an https address: of its key, as `certs own` shows it there');
  const run = runner(shell, result);
  addGatewayCommands(program, run, servicePorts);
  addDriverActions(program, run);
  addTagCommands(program.command('tags').description('values'), run);
  addAlarmCommands(program.command('alarms').description('what devices and the gateway report'), run);
  addConfigCommands(program.command('config').description('plant documents'), run);
  addUserCommands(program.command('users').description('accounts of people'), run);
  addTokenCommands(program.command('tokens').description('what opens the console and the Admin API'), run);
  addSessionCommands(program.command('sessions').description('who is signed in at the console'), run);
  addTypeCommands(program.command('drivers').description('driver types, read plans, and what devices say'), run);
  addServiceCommands(program.command('services').description('what is not a driver: servers, outlets, history'), run);
  addAuditCommand(program, run);
  addCertificateCommands(
    program.command('certs').description('whom the gateway trusts, and what it shows of itself'),
    run,
  );
  addHistoryCommands(program.command('history').description('values that are kept on disk'), run);
  addMqttCommands(program.command('mqtt').description('brokers that values are published to'), run);
  addNotificationCommands(program.command('notifications').description('how people are told of alarms'), run);
  addUpkeepCommands(program, run);
  addCompletion(program, run);
  return program;
}

/** Commander calls an action with the arguments, the options and the command. */
function runner(shell: Shell, result: ProgramResult): Run {
  return (body) =>
    async (...received) => {
      const command = received.at(-1) as Command;
      const context = contextOf(shell, command.optsWithGlobals<GlobalOptions>());
      result.exitCode = await body(context, received.at(-2) as never, ...(received.slice(0, -2) as never[]));
    };
}

function contextOf(shell: Shell, options: GlobalOptions): CommandContext {
  const target = targetOf(options, shell.env);
  return {
    ...shell,
    json: options.json === true,
    home: homeDirectory(options, shell.env),
    target,
    client: new AdminClient(target, {
      env: shell.env,
      ask: (question) => (options.json === true ? undefined : shell.terminal.ask(question)),
    }),
  };
}

/** `packaging.port=15020`. What is a number or a truth value is one. */
function addDriverOption(text: string, before: UpOptions['driverOption'] = []): UpOptions['driverOption'] {
  const [, driver, name, written] = /^([a-z0-9-]{1,40})\.([A-Za-z]\w*)=(.*)$/s.exec(text) ?? [];
  if (!driver || !name) throw new InvalidArgumentError('It is DRIVER.OPTION=VALUE, such as packaging.port=15020.');
  return [...before, { driver, name, value: optionValue(written) }];
}

function optionValue(written: string): string | number | boolean {
  if (written === 'true' || written === 'false') return written === 'true';
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/.test(written) ? Number(written) : written;
}

function addGatewayCommands(program: Command, run: Run, servicePorts: readonly ServicePort[]): void {
  const up = program
    .command('up')
    .description('start the gateway; stays until Ctrl-C, unless detached')
    .option('--plant <file>', 'plant document; published first if the file has changed since it was last published')
    .option('--force', 'publish the plant file even if it has not changed since it was last published')
    .option('--watch', 'publish the plant file again whenever it changes')
    .addOption(new Option('--site <name>', 'which site to run, if there are several').env('FIELDWARDEN_SITE'))
    .addOption(new Option('--generation <n>', 'start from this older sealed generation').argParser(wholeNumber(1, 1e9)))
    .option('--detach', 'return as soon as the gateway lives')
    .addOption(
      new Option('--bind <address>', 'address of all ports')
        .env('FIELDWARDEN_BIND')
        .argParser(hostArgument)
        .default('127.0.0.1'),
    )
    .addOption(portOption('health-port', 'FIELDWARDEN_HEALTH_PORT').default(4841))
    .addOption(portOption('admin-port', 'FIELDWARDEN_ADMIN_PORT').default(4842))
    .addOption(
      new Option('--admin-host <name>', 'another name under which browsers may call the console; may be repeated')
        .env('FIELDWARDEN_ADMIN_HOSTS')
        .argParser(addNames),
    )
    .addOption(moduleFoldersOption())
    .addOption(secretFoldersOption())
    .addOption(
      new Option(
        '--driver-option <driver.option=value>',
        'set an option of a driver, or of a section such as mqtt, for this start, in the plant file and in what was published since; may be repeated',
      ).argParser(addDriverOption),
    )
    .addOption(new Option('--ready-fd <fd>').hideHelp().argParser(wholeNumber(3, 1_000)))
    .action(
      run(async (context, { detach, ...given }: UpOptions & { readonly detach?: boolean }) => {
        const options = { ...given, servicePorts: portsOf(servicePorts, given) };
        return detach === true
          ? await (await import('../commands/gateway/up-detached.js')).upDetached(context, options)
          : await (await import('../commands/gateway/up.js')).up(context, options);
      }),
    );
  for (const { option, variable, defaultPort } of servicePorts) {
    up.addOption(portOption(option, variable, `(default: the plant's, else ${defaultPort})`));
  }
  program.command('down').description('stop the gateway gracefully').action(run(down));
  program.command('status').description('the gateway in one line').action(run(status));
  program.command('list').alias('ls').description('all drivers').action(run(list));
  program.command('monit').description('live view on the whole terminal; ? shows its keys').action(run(monit));
  program
    .command('describe <id>')
    .description('everything about one driver')
    .action(run((context, _options, id: string) => describe(context, id)));
  program
    .command('hosts')
    .description('every device: breaker, scan interval, memory')
    .option('-f, --follow', 'then a line for each device that changes')
    .action(run((context, { follow: following = false }: { readonly follow?: boolean }) => hosts(context, following)));
  program
    .command('post-mortem <id>')
    .addArgument(new Argument('[n]', '1 = the newest').argParser(wholeNumber(1, 1_000)).default(1))
    .description('how a process of a driver ended')
    .option('-l, --list', 'all that are kept, one line each')
    .action(
      run((context, { list: all = false }: { readonly list?: boolean }, id: string, nth: number) =>
        all ? postMortems(context, id) : postMortem(context, id, nth),
      ),
    );
  program
    .command('logs [subject]')
    .description('latest log records of the gateway, or of one driver or service')
    .addOption(new Option('-n, --lines <count>', 'how many').argParser(wholeNumber(0, 10_000)).default(100))
    .option('-f, --follow', 'go on with what is logged from now on')
    .action(
      run((context, { lines, follow = false }: { readonly lines: number; readonly follow?: boolean }, id?: string) =>
        logs(context, id, { lines, follow }),
      ),
    );
  program
    .command('events')
    .description('what has happened')
    .addOption(new Option('-n, --lines <count>', 'how many, the newest').argParser(wholeNumber(0, 100_000)))
    .option('-f, --follow', 'go on with what happens from now on')
    .action(
      run((context, { follow = false, lines }: { readonly follow?: boolean; readonly lines?: number }) =>
        events(context, follow, lines),
      ),
    );
}

const actions: readonly (readonly [action: DriverAction, description: string])[] = [
  ['start', 'start drivers'],
  ['stop', 'stop drivers; their tags turn Bad'],
  ['restart', 'stop and start drivers'],
  ['reset', 'close the crash-loop breaker of drivers, and try again what had failed for good'],
  ['recycle', 'replace the processes of drivers by new ones'],
  ['promote', 'move running drivers into Hosts of their own'],
  ['demote', 'move running drivers back into the gateway; not those of tier C'],
  ['reinitialize', 'have drivers make their connections anew, within their process'],
];

function addDriverActions(program: Command, run: Run): void {
  for (const [action, description] of actions) {
    program
      .command(`${action} <id...>`)
      .description(`${description} (all = every driver)`)
      .option('--no-wait', 'return at once, not when the drivers have reached their new state')
      .action(
        run((context, { wait }: { readonly wait: boolean }, ids: readonly string[]) =>
          operate(context, action, ids, wait),
        ),
      );
  }
}

function addTagCommands(tags: Command, run: Run): void {
  tags
    .command('list [prefix]')
    .description('tags whose path begins so, with their values')
    .option('--bad', 'only those that are Bad now')
    .option('--system', 'also the tags in which the gateway tells about itself, _system/…')
    .action(run((context, options: TagListOptions, prefix?: string) => listTags(context, prefix, options)));
  tags
    .command('read <path...>')
    .description('latest values')
    .action(run((context, _options, paths: readonly string[]) => readTags(context, paths)));
  tags
    .command('write <path> <value>')
    .description('write a value; arrays as JSON. Before a value that begins with - put --')
    .action(run((context, _options, path: string, value: string) => writeTag(context, path, value)));
  addHistoryCommand(tags, run);
  tags
    .command('watch <path...>')
    .description('one line per change')
    .action(run((context, _options, paths: readonly string[]) => watchTags(context, paths)));
}

function addTypeCommands(drivers: Command, run: Run): void {
  drivers.command('types').description('the driver types that come with this gateway').action(run(driverTypes));
  drivers
    .command('show <type>')
    .description('the options of a driver type and of its devices')
    .action(run((context, _options, type: string) => driverType(context, type)));
  drivers
    .command('plan <id>')
    .description('the requests that polling makes')
    .action(run((context, _options, id: string) => driverPlan(context, id)));
  drivers
    .command('test <id>')
    .description('ask every device of a driver now whether it answers')
    .action(run((context, _options, id: string) => testDriver(context, id)));
  drivers
    .command('browse <id> [node]')
    .description('what a device offers, at the top or under a node')
    .option('--device <device>', 'which one, if the driver has several')
    .option('--search <text>', 'find by a part of the name or address, at any depth')
    .action(
      run((context, options: BrowseOptions, id: string, node?: string) => browseDriver(context, id, node, options)),
    );
  addMethodCommand(drivers, run);
  drivers
    .command('new <name>')
    .description('lay out a working driver of your own, with its test and a plant document')
    .option('--dir <dir>', 'where; default ./drivers/NAME')
    .action(run((context, { dir }: { readonly dir?: string }, name: string) => newDriver(context, name, dir)));
}

function addCompletion(program: Command, run: Run): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>').choices(shells))
    .description('print what a shell needs to complete commands, drivers and tags')
    .action(run((context, _options, shell: ShellName) => completion(context, shell)));
  program
    .command('__complete [words...]', { hidden: true })
    .action(run((context, _options, words: readonly string[]) => complete(context, program, words)));
}

/** What was given of them, by the names of their options. */
function portsOf(servicePorts: readonly ServicePort[], given: object): Readonly<Partial<Record<string, number>>> {
  const values = given as Readonly<Partial<Record<string, number>>>;
  const named = servicePorts.map(({ option }) => [option, values[new Option(`--${option}`).attributeName()]] as const);
  return Object.fromEntries(named.filter(([, port]) => port !== undefined));
}

function portOption(name: string, variable: string, note = ''): Option {
  return new Option(`--${name} <port>`, `0 = any free one ${note}`.trimEnd())
    .env(variable)
    .argParser(wholeNumber(0, 65_535));
}

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
