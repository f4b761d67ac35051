import type { PostMortem, PostMortemAnswer, PostMortemList, PostMortemSummary } from '@fieldwarden/admin-contract';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { oneLine } from '../../output/printable.js';
import { postMortemTable, postMortemText } from '../../output/post-mortem-text.js';
import { writeJson } from '../../terminal.js';

/** Of one driver, newest first, without their long parts. */
export function postMortemList({ client }: CommandContext, id: string): Promise<PostMortemList> {
  return client.call<PostMortemList>({
    path: `/drivers/${encodeURIComponent(id)}/post-mortems`,
    schema: 'fieldwarden/post-mortems@1',
  });
}

/** What is known of the end of a process: of the newest one (`nth` 1), or of an older one. */
export async function postMortem(context: CommandContext, id: string, nth: number): Promise<ExitCode> {
  const { postMortems } = await postMortemList(context, id);
  const chosen = postMortems.at(nth - 1);
  if (!chosen) throw notKept(id, nth, postMortems.length);
  const answer = await whole(context, chosen).catch((error: unknown) => {
    throw chosen.notKept === undefined ? error : lost(chosen);
  });
  const { clock, json, terminal } = context;
  if (chosen.notKept !== undefined) terminal.writeError(`${notKeptText(chosen.notKept)}\n`);
  if (json) writeJson(terminal, answer);
  else terminal.write(postMortemText(answer, { nth, of: postMortems.length }, terminal.palette, clock.wallMs()));
  return exitCodes.done;
}

/** All that are kept of one driver. */
export async function postMortems(context: CommandContext, id: string): Promise<ExitCode> {
  const { clock, json, terminal } = context;
  const answer = await postMortemList(context, id);
  if (json) writeJson(terminal, answer);
  else if (answer.postMortems.length === 0) terminal.write(`${noneText(id)}\n`);
  else {
    terminal.write(postMortemTable(answer.postMortems, terminal, clock.wallMs()));
    const unkept = answer.postMortems.find(({ notKept }) => notKept !== undefined)?.notKept;
    if (unkept !== undefined) terminal.writeError(`Not all are kept. ${notKeptText(unkept)}\n`);
  }
  return exitCodes.done;
}

function whole({ client }: CommandContext, { driverId, id }: PostMortemSummary): Promise<PostMortem> {
  const path = `/drivers/${encodeURIComponent(driverId)}/post-mortems/${encodeURIComponent(id)}`;
  return client.call<PostMortemAnswer>({ path, schema: 'fieldwarden/post-mortem@1' });
}

function notKept(id: string, nth: number, kept: number): CliError {
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'POST_MORTEM_UNKNOWN',
    message: kept === 0 ? noneText(id) : `There are only ${kept} post-mortems of ${id}, not ${nth}.`,
    ...(kept > 0 && { remedy: `fieldwarden post-mortem ${id} --list shows them all.` }),
  });
}

function notKeptText(reason: string): string {
  return `The disk did not take it (${oneLine(reason)}): it is lost when the gateway restarts.`;
}

function lost({ driverId, spawn, cause, at, notKept }: PostMortemSummary): CliError {
  return new CliError({
    exitCode: exitCodes.failed,
    code: 'POST_MORTEM_LOST',
    message: `The post-mortem of ${driverId} (process ${spawn}, ${cause}, ${at}) is lost: the disk did not take it (${oneLine(notKept ?? '')}).`,
    remedy: 'Make room on the disk of the home directory, or make it writable.',
  });
}

function noneText(id: string): string {
  return `There is no post-mortem of ${id}: none of its processes has failed.`;
}
