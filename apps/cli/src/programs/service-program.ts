import { Argument, type Command } from 'commander';
import { addDefaultCommand } from './default-command.js';
import { wholeNumber, type Run } from '../command-run.js';
import { describeService } from '../commands/services/service-describe.js';
import { newService } from '../commands/services/service-new.js';
import { servicePostMortem, servicePostMortems } from '../commands/services/service-post-mortem.js';
import { restartServices } from '../commands/services/service-restart.js';
import { listServices } from '../commands/services/services-list.js';

/** `services …` */
export function addServiceCommands(services: Command, run: Run): void {
  addDefaultCommand(services, 'list').description('all services').action(run(listServices));
  services
    .command('describe <service>')
    .description('everything about one service')
    .action(run((context, _options, id: string) => describeService(context, id)));
  services
    .command('restart <service...>')
    .description('stop and start services; one that waits for its next attempt is tried at once')
    .option('--no-wait', 'return at once, not when the services have reached their new state')
    .action(
      run((context, { wait }: { readonly wait: boolean }, ids: readonly string[]) =>
        restartServices(context, ids, wait),
      ),
    );
  services
    .command('post-mortem <service>')
    .addArgument(new Argument('[n]', '1 = the newest').argParser(wholeNumber(1, 1_000)).default(1))
    .description('how a process of a service ended')
    .option('-l, --list', 'all that are kept, one line each')
    .action(
      run((context, { list: all = false }: { readonly list?: boolean }, id: string, nth: number) =>
        all ? servicePostMortems(context, id) : servicePostMortem(context, id, nth),
      ),
    );
  services
    .command('new <name>')
    .description('lay out a working service of your own, with its test and a plant document')
    .option('--dir <dir>', 'where; default ./services/NAME')
    .action(run((context, { dir }: { readonly dir?: string }, name: string) => newService(context, name, dir)));
}
