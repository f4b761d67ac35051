import type { Draft } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { dateAndTime } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { plantSource } from '../../plant-source.js';
import { writeJson } from '../../terminal.js';

const schema = 'fieldwarden/draft@1';

/** The text of the draft, fit to be redirected into a file. */
export async function showDraft(context: CommandContext): Promise<ExitCode> {
  const { json, terminal } = context;
  const draft = await draftOf(context);
  if (json) writeJson(terminal, draft);
  else {
    terminal.write(draft.text.endsWith('\n') ? draft.text : `${draft.text}\n`);
    terminal.writeError(`${terminal.errorPalette.faint(draftLine(draft))}\n`);
  }
  return exitCodes.done;
}

/** Keeps a file as the draft, valid or not; with `revision` only if nobody has changed the draft since. */
export async function setDraft(context: CommandContext, file: string, revision: number | undefined): Promise<ExitCode> {
  const source = await plantSource(context, file);
  const body = { ...source, ...(revision !== undefined && { expectedRevision: revision }) };
  return report(context, await context.client.call<Draft>({ method: 'PUT', path: '/config/draft', body, schema }));
}

export async function discardDraft(context: CommandContext): Promise<ExitCode> {
  return report(context, await context.client.call<Draft>({ method: 'DELETE', path: '/config/draft', schema }));
}

export function draftOf({ client }: CommandContext): Promise<Draft> {
  return client.call<Draft>({ path: '/config/draft', schema });
}

function report({ json, terminal }: CommandContext, draft: Draft): ExitCode {
  if (json) writeJson(terminal, draft);
  else terminal.write(`${draftLine(draft)}\n`);
  return exitCodes.done;
}

function draftLine({ revision, edited, author, updatedAt, baseGeneration }: Draft): string {
  if (!edited) return `There is no draft: this is what is published (revision ${revision}).`;
  const by = author === null ? '' : ` by ${oneLine(author)}`;
  const at = updatedAt === null ? '' : ` at ${dateAndTime(updatedAt)}`;
  const base = baseGeneration === null ? '' : `, begun from generation ${baseGeneration}`;
  return `Draft, revision ${revision}${base}, changed${by}${at}. fieldwarden config diff shows what publishing it would do.`;
}
