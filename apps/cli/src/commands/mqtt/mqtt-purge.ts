import type { ServiceRequestAnswer } from '@fieldwarden/admin-contract';
import { CliError, usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { counted } from '../gateway/status.js';
import { writeJson } from '../../terminal.js';
import { servicePath } from '../services/service-calls.js';
import { mqttOutlets, type MqttOutletState } from './mqtt-outlets.js';

export interface PurgeOptions {
  readonly yes?: boolean;
}

/** Gives up what waits in the outbox of an outlet, or of all. */
export async function mqttPurge(
  context: CommandContext,
  { yes = false }: PurgeOptions,
  id: string | undefined,
): Promise<ExitCode> {
  const outlets = await named(context, id);
  if (!yes) await mayPurge(context, outlets);
  const purged = [];
  for (const outlet of outlets) purged.push({ id: outlet.id, purged: await purge(context, outlet.id) });
  const { json, terminal } = context;
  if (json) writeJson(terminal, { schema: 'fieldwarden/mqtt-purge@1', outlets: purged });
  else for (const one of purged) terminal.write(`${one.id}  ${one.purged} messages given up\n`);
  return exitCodes.done;
}

async function named(context: CommandContext, id: string | undefined): Promise<readonly MqttOutletState[]> {
  const all = await mqttOutlets(context);
  if (id === undefined) return all;
  const outlet = all.find((one) => one.id === id);
  if (outlet) return [outlet];
  throw usageError(`no MQTT outlet has the id ${JSON.stringify(id)}; there is: ${all.map((one) => one.id).join(', ')}`);
}

/** Says what is given up, and asks. Without somebody to ask nothing is. */
async function mayPurge({ terminal, json }: CommandContext, outlets: readonly MqttOutletState[]): Promise<void> {
  const pending = outlets.reduce((sum, outlet) => sum + outlet.pending, 0);
  const what = `${counted(pending, 'message')} that no broker has yet`;
  const answer = json ? undefined : await terminal.ask(`This gives up ${what}. Go on? [y/N] `);
  if (answer !== undefined && /^y(es)?$/i.test(answer.trim())) return;
  throw new CliError({
    exitCode: exitCodes.failed,
    code: 'PURGE_NOT_CONFIRMED',
    message: `Nothing was given up: it would be ${what}.`,
    remedy: 'Add --yes to give them up.',
  });
}

async function purge({ client }: CommandContext, id: string): Promise<number> {
  const { answer } = await client.call<ServiceRequestAnswer>({
    method: 'POST',
    path: servicePath(id, '/requests/purge'),
    body: {},
    schema: 'fieldwarden/service-request@1',
  });
  return (answer as { readonly purged: number }).purged;
}
