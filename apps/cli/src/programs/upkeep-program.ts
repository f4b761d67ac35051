import type { Command } from 'commander';
import type { Run } from '../command-run.js';
import { backup, type BackupOptions } from '../commands/upkeep/backup.js';
import { doctor } from '../commands/upkeep/doctor.js';
import { restore, type RestoreOptions } from '../commands/upkeep/restore.js';
import { listSecrets, removeSecret, setSecret, type SecretSetOptions } from '../commands/upkeep/secrets.js';

/** `secrets …`, `backup`, `restore`, `doctor`: with and without a gateway. */
export function addUpkeepCommands(program: Command, run: Run): void {
  addSecretCommands(program.command('secrets').description('what the gateway keeps encrypted, ${secret:NAME}'), run);
  program
    .command('backup <file>')
    .description('the home directory as one file, while the gateway runs or while none does')
    .option('--passphrase-file <file>', 'encrypt it; without, it holds nothing that opens anything')
    .option('--outbox', 'with messages that wait for brokers: a second gateway would send them, too')
    .option('--history', 'with the values that were kept')
    .action(run((context, options: BackupOptions, file: string) => backup(context, file, options)));
  program
    .command('restore <file>')
    .description('bring a backup back; needs no gateway')
    .option('--passphrase-file <file>', 'of an encrypted one')
    .option('--yes', 'also where there is something: it is set aside')
    .action(run((context, options: RestoreOptions, file: string) => restore(context, file, options)));
  program.command('doctor').description('what is weak, missing or about to end; 1 if anything is').action(run(doctor));
}

function addSecretCommands(secrets: Command, run: Run): void {
  secrets.command('list').description('their names').action(run(listSecrets));
  secrets
    .command('set <name>')
    .description('set or replace one; the value comes from the terminal, or from standard input')
    .option('--value-file <file>', 'the value')
    .action(run((context, options: SecretSetOptions, name: string) => setSecret(context, name, options)));
  secrets
    .command('remove <name>')
    .description('remove one')
    .action(run((context, _options, name: string) => removeSecret(context, name)));
}
