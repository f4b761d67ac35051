import type { SecretAnswer, SecretList } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { CliError } from '../../cli-error.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { hiddenInput } from '../../hidden-input.js';
import { table } from '../../output/columns.js';
import { dateAndTime } from '../../output/durations.js';
import { writeJson } from '../../terminal.js';
import { throughGateway } from './without-gateway.js';

export interface SecretSetOptions {
  readonly valueFile?: string;
}

/** Names of what the gateway keeps encrypted; never values. */
export async function listSecrets(context: CommandContext): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const list = await throughGateway(
    context,
    () => client.call<SecretList>({ path: '/secrets', schema: 'fieldwarden/secrets@1' }),
    async (home): Promise<SecretList> => ({ schema: 'fieldwarden/secrets@1', ...(await vaultOf(home)).list() }),
  );
  if (json) writeJson(terminal, list);
  else {
    const rows = list.secrets.map(({ name, changedAt, problem }) => [name, dateAndTime(changedAt).slice(0, 19), problem ?? '']); // prettier-ignore
    terminal.write(table(['NAME', 'SET', 'PROBLEM'], rows, terminal.width) || 'There is no secret.\n');
    if (list.problem !== null) terminal.writeError(`${list.problem}\n`);
  }
  return list.problem === null ? exitCodes.done : exitCodes.failed;
}

/** Works without a gateway, too: the first plant may need it. */
export async function setSecret(
  context: CommandContext,
  name: string,
  { valueFile }: SecretSetOptions,
): Promise<ExitCode> {
  const { client, json, terminal, clock } = context;
  const value = await hiddenInput({ terminal, file: valueFile, question: `Value of ${name}` });
  const path = `/secrets/${encodeURIComponent(name)}`;
  const answer = await throughGateway(
    context,
    () => client.call<SecretAnswer>({ method: 'PUT', path, body: { value }, schema: 'fieldwarden/secret@1' }),
    async (home): Promise<SecretAnswer> => {
      (await vaultOf(home)).set(name, value, clock);
      return { schema: 'fieldwarden/secret@1', name, kept: true };
    },
  );
  if (json) writeJson(terminal, answer);
  else {
    terminal.write(`The secret ${name} is kept, encrypted; a plant document has it as \${secret:${name}}.\n`);
    terminal.writeError(
      'What runs has the former value until the plant document is published again, changed or not, or the gateway is restarted.\n',
    );
  }
  return exitCodes.done;
}

export async function removeSecret(context: CommandContext, name: string): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const path = `/secrets/${encodeURIComponent(name)}`;
  const answer = await throughGateway(
    context,
    () => client.call<SecretAnswer>({ method: 'DELETE', path, schema: 'fieldwarden/secret@1' }),
    async (home): Promise<SecretAnswer> => {
      if (!(await vaultOf(home)).remove(name)) throw unknown(name);
      return { schema: 'fieldwarden/secret@1', name, kept: false };
    },
  );
  if (json) writeJson(terminal, answer);
  else terminal.write(`The secret ${name} is gone; what refers to it is Faulted when it starts next.\n`);
  return exitCodes.done;
}

async function vaultOf(home: string) {
  const [{ SecretVault }, { mkdir }] = await Promise.all([import('@fieldwarden/vault'), import('node:fs/promises')]);
  await mkdir(home, { recursive: true, mode: 0o700 });
  return new SecretVault(home, process.env);
}

function unknown(name: string): CliError {
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'SECRET_UNKNOWN',
    message: `There is no secret ${JSON.stringify(name)}.`,
    remedy: '`fieldwarden secrets list` names them.',
  });
}
