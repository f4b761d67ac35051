import type { DoctorAnswer, DoctorCheck } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import type { Palette } from '../../output/palette.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { throughGateway } from './without-gateway.js';

/** What is weak, missing or about to end. Ends with 1 if anything is. */
export async function doctor(context: CommandContext): Promise<ExitCode> {
  const { client, json, terminal } = context;
  const answer = await throughGateway<DoctorAnswer>(
    context,
    () => client.call({ path: '/doctor', schema: 'fieldwarden/doctor@1' }),
    async (home) => {
      const { examineHome } = await import('@fieldwarden/gateway/upkeep');
      return { schema: 'fieldwarden/doctor@1', checks: await examineHome(home) };
    },
  );
  const { checks } = answer;
  if (json) writeJson(terminal, answer);
  else terminal.write(checks.map((check) => lines(check, terminal.palette)).join('') + verdict(checks));
  return checks.every(({ status }) => status === 'ok') ? exitCodes.done : exitCodes.failed;
}

/** In the order in which they need somebody. */
const marks: Readonly<Record<DoctorCheck['status'], (palette: Palette) => string>> = {
  ok: ({ good }) => good('✓'),
  warn: ({ warning }) => warning('!'),
  fail: ({ bad }) => bad('✗'),
};

function lines({ id, status, message, remedy }: DoctorCheck, palette: Palette): string {
  const told = `${marks[status](palette)} ${id.padEnd(14)} ${oneLine(message)}\n`;
  return remedy === null ? told : `${told}${' '.repeat(17)}${palette.faint(`→ ${oneLine(remedy)}`)}\n`;
}

function verdict(checks: readonly DoctorCheck[]): string {
  const count = (status: DoctorCheck['status']): number => checks.filter((check) => check.status === status).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed + warned === 0) return `\nAll ${checks.length} are well.\n`;
  return `\n${checks.length} looked at: ${failed} to mend, ${warned} to see to.\n`;
}
