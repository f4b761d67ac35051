import type { AuditVerification } from '@fieldwarden/admin-contract';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';

/** A whole audit is a gigabyte, read a little at a time beside the plant. */
const verifyMs = 600_000;

/** Whether the audit is as it was written: asks the gateway, and looks into the files itself where none runs. Exit code 1: it is not. */
export async function verifyAudit(context: CommandContext): Promise<ExitCode> {
  const { json, terminal } = context;
  const verification = await verificationOf(context);
  const { ok, head, headSeq, flaws = [], message } = verification;
  if (json) writeJson(terminal, verification);
  else if (ok) {
    terminal.write(`${terminal.palette.good('ok')}  ${oneLine(message)}\n`);
    if (head !== null) terminal.write(`Row ${String(headSeq)} has the hash ${head}.\n`);
  } else {
    terminal.write(`${terminal.palette.bad('broken')}  ${oneLine(message)}\n`);
    for (const flaw of flaws) terminal.write(`  row ${flaw.seq}  ${flaw.file}:${flaw.line ?? 'end'}  ${oneLine(flaw.message)}\n`); // prettier-ignore
  }
  return ok ? exitCodes.done : exitCodes.failed;
}

async function verificationOf({ client, target, home }: CommandContext): Promise<AuditVerification> {
  try {
    return await client.call<AuditVerification>({
      path: '/audit/verify',
      schema: 'fieldwarden/audit-verify@1',
      timeoutMs: verifyMs,
    });
  } catch (error) {
    const isDown = error instanceof CliError && error.details.exitCode === exitCodes.notRunning;
    if (!isDown || target.via !== 'socket' || !hasAudit(home)) throw error;
    return await verifyFiles(home);
  }
}

function hasAudit(home: string): boolean {
  return ['audit.head', 'audit.log'].some((name) => existsSync(join(home, name)));
}

/** Loaded only now: other commands shall not wait for it. */
async function verifyFiles(home: string): Promise<AuditVerification> {
  const audit = await import('@fieldwarden/audit');
  const { ok, rows, head, flaws, message } = await audit.verifyAudit(home);
  const isEmpty = head.seq === 0;
  return {
    schema: 'fieldwarden/audit-verify@1',
    ok,
    rows,
    head: isEmpty ? null : head.hash,
    headSeq: isEmpty ? null : head.seq,
    firstBadSeq: flaws.at(0)?.seq ?? null,
    flaws,
    message,
  };
}
