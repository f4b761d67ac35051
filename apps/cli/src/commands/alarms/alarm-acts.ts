import type { AcknowledgeAnswer, AlarmRow } from '@fieldwarden/admin-contract';
import { CliError, usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { outcomeText } from '../../output/outcomes.js';
import { oneLine } from '../../output/printable.js';
import { correlationText } from '../../report-error.js';
import { writeJson } from '../../terminal.js';
import { isOf, readAlarms, type AlarmOrigin } from './alarm-list.js';

/** The longest time-out of an acknowledgement, and waiting. */
const answerMs = 60_000;

export const alarmActs = [
  'acknowledge', 'confirm', 'comment', 'shelve', 'unshelve', 'enable', 'disable', 'out-of-service', 'in-service', 'reset',
] as const; // prettier-ignore

export type AlarmAct = (typeof alarmActs)[number];

export interface AlarmActOptions extends AlarmOrigin {
  readonly message?: string;
  /** ms. */
  readonly for?: number;
  readonly once?: boolean;
}

/** What a person does about an alarm, in the state in which it is listed now. Exit code 0 only if whoever keeps it took that. */
export async function actOnAlarm(
  context: CommandContext,
  act: AlarmAct,
  conditionId: string,
  { message: comment, for: forMs, once, ...origin }: AlarmActOptions,
): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const { alarms } = await readAlarms(context, act !== 'acknowledge');
  const { driverId, device, eventId } = theOnly(
    alarms.filter((row) => row.conditionId === conditionId && isOf(row, origin)),
    conditionId,
  );
  const shelving = { ...(forMs !== undefined && { forMs }), ...(once === true && { once }) };
  const answer = await client.call<AcknowledgeAnswer>({
    method: 'POST',
    path: `/alarms/${act}`,
    body: { driverId, device, conditionId, eventId, ...(comment !== undefined && { comment }), ...shelving },
    schema: 'fieldwarden/acknowledgement@1',
    timeoutMs: answerMs,
  });
  const asked = {
    what: act === 'acknowledge' ? 'acknowledgement' : act,
    of: device === null ? 'gateway' : 'device',
  } as const;
  if (json) writeJson(terminal, answer);
  else terminal.write(`${oneLine(conditionId)}  ${outcomeText(answer, asked, terminal.palette)}\n`);
  if (!json && answer.outcome !== 'done') terminal.writeError(correlationText(client.correlationId));
  return answer.outcome === 'done' ? exitCodes.done : exitCodes.failed;
}

function theOnly(found: readonly AlarmRow[], conditionId: string): AlarmRow {
  if (found.length === 1) return found[0];
  if (found.length > 1) {
    const origins = found.map(({ driverId, device }) => originText(driverId, device)).join(', ');
    throw usageError(`${found.length} alarms are named ${conditionId}: of ${origins}. Say which: --driver, --device`);
  }
  throw new CliError({
    exitCode: exitCodes.failed,
    code: 'ALARM_UNKNOWN',
    message: `No alarm ${oneLine(conditionId)} is of interest there.`,
    remedy: 'fieldwarden alarms list shows those that are, with --all also what is normal.',
  });
}

function originText(driverId: string | null, device: string | null): string {
  if (driverId === null) return 'the gateway';
  return device === null ? driverId : `${driverId}/${device}`;
}
