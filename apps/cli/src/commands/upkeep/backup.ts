import type { RestoreAnswer } from '@fieldwarden/admin-contract';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { hiddenInput } from '../../hidden-input.js';
import { counted } from '../gateway/status.js';
import { writeJson } from '../../terminal.js';
import { throughGateway } from './without-gateway.js';

export interface BackupOptions {
  readonly passphraseFile?: string;
  readonly outbox?: boolean;
  readonly history?: boolean;
}

/** The home directory as one file: through the gateway while it runs, else by itself. The file has its name only when it was read back whole. */
export async function backup(context: CommandContext, file: string, options: BackupOptions): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const { passphraseFile, outbox, history } = options;
  const path = resolve(file);
  if (existsSync(path)) throw fileThere(path);
  const passphrase = passphraseFile === undefined ? undefined : await passphraseIn(context, passphraseFile);
  const upkeep = await import('@fieldwarden/gateway/upkeep');
  const wish = { passphrase, outbox, history };
  const read = await throughGateway(
    context,
    async () => await upkeep.keepBackup(path, await client.bytes('/backup', wish), passphrase),
    (home) => upkeep.backupHome(home, path, wish),
  );
  const facts = upkeep.factsOfBackup(read);
  if (json) writeJson(terminal, { schema: 'fieldwarden/backup@1', file: path, ...facts });
  else terminal.write(written(path, facts) + leftOut(facts));
  return exitCodes.done;
}

/** Of an encrypted backup. */
export async function passphraseIn({ terminal }: Pick<CommandContext, 'terminal'>, file: string): Promise<string> {
  return await hiddenInput({ terminal, file, question: 'Passphrase' });
}

type BackupFacts = Omit<RestoreAnswer, 'schema' | 'staged' | 'findings'>;

function written(path: string, { files, bytes, encrypted }: BackupFacts): string {
  return `${path}: ${counted(files, 'file')}, ${Math.ceil(bytes / 1_024)} KiB, ${encrypted ? 'encrypted' : 'not encrypted'}; read back and whole.\n`;
}

function leftOut({ encrypted }: BackupFacts): string {
  if (encrypted) return '';
  return 'Without a passphrase it holds no private keys, no secret files and no accounts: --passphrase-file takes them along.\n';
}

function fileThere(path: string): CliError {
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'FILE_EXISTS',
    message: `${path} is there already; nothing was written.`,
    remedy: 'Choose another name, or remove that one.',
  });
}
