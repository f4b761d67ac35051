import type { ServicePostMortemAnswer } from '@fieldwarden/admin-contract';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { postMortemTable, postMortemText } from '../../output/post-mortem-text.js';
import { writeJson } from '../../terminal.js';
import { ofNamedService, servicePath, servicePostMortemList } from './service-calls.js';

/** What is known of the end of a process of a service: of the newest one (`nth` 1), or of an older one. */
export async function servicePostMortem(context: CommandContext, id: string, nth: number): Promise<ExitCode> {
  const { client, clock, json, terminal } = context;
  const { postMortems } = await ofNamedService(context, id, () => servicePostMortemList(context, id));
  const chosen = postMortems.at(nth - 1);
  if (!chosen) throw notKept(id, nth, postMortems.length);
  const path = servicePath(id, `/post-mortems/${encodeURIComponent(chosen.id)}`);
  const answer = await client.call<ServicePostMortemAnswer>({ path, schema: 'fieldwarden/service-post-mortem@1' });
  if (json) writeJson(terminal, answer);
  else terminal.write(postMortemText(answer, { nth, of: postMortems.length }, terminal.palette, clock.wallMs()));
  return exitCodes.done;
}

/** All that are kept of one service. */
export async function servicePostMortems(context: CommandContext, id: string): Promise<ExitCode> {
  const { clock, json, terminal } = context;
  const answer = await ofNamedService(context, id, () => servicePostMortemList(context, id));
  if (json) writeJson(terminal, answer);
  else if (answer.postMortems.length === 0) terminal.write(`${noneText(id)}\n`);
  else terminal.write(postMortemTable(answer.postMortems, terminal, clock.wallMs()));
  return exitCodes.done;
}

function notKept(id: string, nth: number, kept: number): CliError {
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'POST_MORTEM_UNKNOWN',
    message: kept === 0 ? noneText(id) : `There are only ${kept} post-mortems of ${id}, not ${nth}.`,
    ...(kept > 0 && { remedy: `fieldwarden services post-mortem ${id} --list shows them all.` }),
  });
}

function noneText(id: string): string {
  return `There is no post-mortem of service ${id}: none of its processes has failed.`;
}
