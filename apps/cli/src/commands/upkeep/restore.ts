import type { RestoreAnswer } from '@fieldwarden/admin-contract';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { fileProblem } from '@fieldwarden/core';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { counted } from '../gateway/status.js';
import { dateAndTime } from '../../output/durations.js';
import { writeJson } from '../../terminal.js';
import { tildePath } from '../../gateway/target.js';
import { passphraseIn } from './backup.js';
import { throughGateway } from './without-gateway.js';

export interface RestoreOptions {
  readonly passphraseFile?: string;
  readonly yes?: boolean;
}

/**
 * Brings a backup back. Without a gateway into the home directory at once, if it is empty or `--yes` is said; through one that runs only
 * staged, for its next start.
 */
export async function restore(context: CommandContext, file: string, options: RestoreOptions): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const { passphraseFile, yes = false } = options;
  await readable(file);
  const passphrase = passphraseFile === undefined ? undefined : await passphraseIn(context, passphraseFile);
  const headers: Readonly<Record<string, string>> =
    passphrase === undefined ? {} : { 'x-fieldwarden-passphrase': encodeURIComponent(passphrase) };
  const path = `/restore?confirm=${yes}`;
  const answer = await throughGateway<RestoreAnswer>(
    context,
    () =>
      client.upload<RestoreAnswer>({ path, pieces: createReadStream(file), headers, schema: 'fieldwarden/restore@1' }),
    async (home) => {
      const { factsOfBackup, findingsOf, restoreHome } = await import('@fieldwarden/gateway/upkeep');
      const restored = await restoreHome(home, file, { passphrase, mayReplace: yes });
      const aside = restored.setAside === undefined ? [] : [`what was there is in ${restored.setAside}`];
      const unseen = restored.notAudited === undefined ? [] : [`the audit has no row of it: ${restored.notAudited}`];
      const findings = [...aside, ...unseen, ...findingsOf(restored)];
      return { schema: 'fieldwarden/restore@1', staged: false, ...factsOfBackup(restored), findings };
    },
  );
  if (json) writeJson(terminal, answer);
  else terminal.write(toldOf(context, answer, file));
  return exitCodes.done;
}

function toldOf({ client: { answered }, home }: CommandContext, answer: RestoreAnswer, file: string): string {
  const { site, createdAt, files, version, staged, findings } = answer;
  const what = `${file}: ${counted(files, 'file')} of ${site ?? 'a gateway'}, made ${dateAndTime(createdAt).slice(0, 16)} by Fieldwarden ${version}, whole.`;
  const notes = findings.map((finding) => `  ${finding}\n`).join('');
  if (!answered) return `${what}\n${notes}It is in ${tildePath(home)} now; start it: fieldwarden up\n`;
  return staged
    ? `${what}\n${notes}It takes the place of what is there when the gateway starts next: fieldwarden down, fieldwarden up\n`
    : `${what}\n${notes}Nothing was changed. Add --yes to have it take the place of what is there when the gateway starts next.\n`;
}

async function readable(file: string): Promise<void> {
  try {
    await access(file);
  } catch (error) {
    throw new CliError({
      exitCode: exitCodes.failed,
      code: 'FILE_UNREADABLE',
      message: `${file} cannot be read: ${fileProblem(error)}.`,
    });
  }
}
