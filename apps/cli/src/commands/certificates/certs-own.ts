import type { CertificateRenewed, CertificateRow } from '@fieldwarden/admin-contract';
import { usageError } from '../../cli-error.js';
import type { CommandContext } from '../../command-context.js';
import { exitCodes, type ExitCode } from '../../exit-code.js';
import { columns } from '../../output/columns.js';
import { oneLine } from '../../output/printable.js';
import { writeJson } from '../../terminal.js';
import { certificateList, endText } from './certs-list.js';

type Use = CertificateRow['use'];

export interface OwnOptions {
  readonly renew?: boolean;
  readonly use?: Use;
}

/** Shows the own certificates, with what others compare; with `renew` makes another one for the same key first. */
export async function ownCertificates(context: CommandContext, { renew = false, use }: OwnOptions): Promise<ExitCode> {
  const { clock, json, terminal } = context;
  if (renew) await renewOwn(context, use ?? (await onlyUse(context)));
  const { certificates } = await certificateList(context);
  const own = certificates.filter((row) => row.store === 'own' && (use === undefined || row.use === use));
  if (json) writeJson(terminal, { schema: 'fieldwarden/certificates@1', certificates: own, unreadable: [] });
  else terminal.write(own.map((row) => described(row, clock.wallMs())).join('\n') || 'There is no own certificate.\n');
  return exitCodes.done;
}

async function renewOwn({ client }: CommandContext, use: Use): Promise<void> {
  await client.call<CertificateRenewed>({
    method: 'POST',
    path: '/certificates/own/renew',
    body: { use },
    schema: 'fieldwarden/certificate-renewed@1',
    timeoutMs: 60_000, // the OPC UA server starts anew
  });
}

async function onlyUse(context: CommandContext): Promise<Use> {
  const { certificates } = await certificateList(context);
  const uses = certificates.filter(({ store }) => store === 'own').map(({ use }) => use);
  if (uses.length === 1) return uses[0];
  throw usageError('--renew needs to know which: --use opcua (its clients have to trust the new one), or --use tls');
}

function described(row: CertificateRow, nowMs: number): string {
  const title = row.use === 'tls' ? 'Console and Admin API (TLS)' : 'OPC UA server';
  const uri = row.applicationUri === null ? [] : [['  application', row.applicationUri]];
  const rows = [
    ['  subject', oneLine(row.subject)],
    ['  key', `${row.key}, fingerprint ${row.keyFingerprint}`],
    ['  thumbprint', row.thumbprint],
    ['  valid', `${row.notBefore.slice(0, 10)} to ${endText(row.notAfter, nowMs)}`],
    ...uri,
  ];
  return `${title}\n${columns(rows)}`;
}
