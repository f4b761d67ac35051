import type { CertificateAnswer } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';

export type CertificateMove = 'trust' | 'reject' | 'remove';

const said: Readonly<Record<CertificateMove, string>> = {
  trust: 'is trusted: its client gets in at its next attempt',
  reject: 'is rejected: its client does not get in, and what it had open is closed',
  remove: 'is removed from its store; a client that comes with it is listed as rejected',
};

/** `thumbprint`: as much of it as is unique. */
export async function moveCertificate(
  { client, json, terminal }: CommandContext,
  move: CertificateMove,
  thumbprint: string,
): Promise<ExitCode> {
  const path = `/certificates/${encodeURIComponent(thumbprint)}`;
  const answer = await client.call<CertificateAnswer>({
    ...(move === 'remove' ? { method: 'DELETE', path } : { method: 'POST', path: `${path}/${move}` }),
    schema: 'fieldwarden/certificate@1',
  });
  if (json) writeJson(terminal, answer);
  else {
    const { certificate, applied } = answer;
    terminal.write(`${certificate.thumbprint} of ${oneLine(certificate.subject)} ${said[move]}.\n`);
    if (!applied) terminal.writeError('The OPC UA server does not run; it goes by it from its next start on.\n');
  }
  return exitCodes.done;
}
