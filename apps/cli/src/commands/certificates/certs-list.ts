import type { CertificateList, CertificateRow } from '@fieldwarden/admin-contract';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { table } from '../../output/columns.js';
import { ageText } from '../../output/durations.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';

const head = ['STORE', 'USE', 'THUMBPRINT', 'ENDS', 'LAST SEEN', 'FROM', 'SUBJECT'];

/** Certificates of the gateway and of those who come to it. */
export async function listCertificates(context: CommandContext): Promise<ExitCode> {
  const { clock, json, terminal } = context;
  const list = await certificateList(context);
  if (json) writeJson(terminal, list);
  else {
    const rows = list.certificates.map((row) => cells(row, clock.wallMs()));
    terminal.write(table(head, rows, terminal.width) || 'There is no certificate.\n');
    if (list.certificates.some(({ store }) => store === 'rejected'))
      terminal.writeError('fieldwarden certs trust THUMBPRINT lets a rejected client in; its beginning is enough.\n');
    for (const { store, file } of list.unreadable)
      terminal.writeError(`${store}: ${oneLine(file)} is no certificate.\n`);
  }
  return exitCodes.done;
}

export async function certificateList({ client }: CommandContext): Promise<CertificateList> {
  return await client.call<CertificateList>({ path: '/certificates', schema: 'fieldwarden/certificates@1' });
}

function cells(row: CertificateRow, nowMs: number): readonly string[] {
  const { store, use, thumbprint, notAfter, lastSeenAt, lastSeenFrom, subject } = row;
  return [
    store,
    use,
    thumbprint.slice(0, 12),
    endText(notAfter, nowMs),
    lastSeenAt === null ? '-' : ageText(lastSeenAt, nowMs),
    lastSeenFrom ?? '-',
    oneLine(subject),
  ];
}

export function endText(notAfter: string, nowMs: number): string {
  const day = notAfter.slice(0, 10);
  return Date.parse(notAfter) <= nowMs ? `${day} (ended)` : day;
}
