import type { CertificateRow } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { certificateActions, type CertificateAction } from '../../access/certificate-actions.js';
import { askForCertificate } from '../../access/certificate-dialog.js';
import { commonName, expiryOf, shortThumbprint, thumbprintText } from '../../access/certificate-words.js';
import { useMay } from '../../access/use-may.js';
import { ActionsHeader } from '../../parts/actions-header.js';
import { Badge } from '../../parts/badge.js';
import { Button } from '../../parts/button.js';
import { useNow } from '../../parts/now.js';
import { Time } from '../../parts/time.js';

const actionsOf: Readonly<Record<CertificateRow['store'], readonly CertificateAction[]>> = {
  rejected: ['trust', 'remove'],
  trusted: ['reject', 'remove'],
  own: ['renew'],
  issuers: ['remove'],
};

const uses: Readonly<Record<CertificateRow['use'], string>> = { opcua: 'OPC UA', tls: 'TLS of the console' };

export function CertificateTable({ rows }: { readonly rows: readonly CertificateRow[] }): ReactElement {
  const [{ store }] = rows;
  const ofClients = store === 'rejected' || store === 'trusted';
  return (
    <div className="table-scroll">
      <table className="table certificates">
        <thead>
          <tr>
            <th scope="col">Whose</th>
            <th scope="col">Thumbprint</th>
            <th scope="col">Valid</th>
            <th scope="col">{ofClients ? 'Last came' : 'For'}</th>
            <ActionsHeader />
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.use} ${row.thumbprint}`} row={row} ofClients={ofClients} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, ofClients }: { readonly row: CertificateRow; readonly ofClients: boolean }): ReactElement {
  const { subject, applicationUri, thumbprint, use, notAfter } = row;
  return (
    <tr>
      <td>
        <div className="whose">
          <strong title={subject}>{commonName(subject)}</strong>
          <span className="soft">{applicationUri ?? subject}</span>
        </div>
      </td>
      <td className="mono nowrap" title={thumbprintText(thumbprint)}>
        {shortThumbprint(thumbprint)}
      </td>
      <td>
        <div className="whose">
          <Expiry row={row} />
          <span className="soft">
            until <time dateTime={notAfter}>{notAfter.slice(0, 10)}</time>
          </span>
        </div>
      </td>
      <td>{ofClients ? <LastSeen row={row} /> : uses[use]}</td>
      <td>
        <Actions row={row} />
      </td>
    </tr>
  );
}

function Expiry({ row }: { readonly row: CertificateRow }): ReactElement {
  const { meaning, ...look } = expiryOf(row, useNow());
  return <Badge {...look} meaning={meaning} />;
}

function LastSeen({ row: { lastSeenAt, lastSeenFrom } }: { readonly row: CertificateRow }): ReactElement {
  return (
    <div className="whose">
      <Time at={lastSeenAt} otherwise="not known" />
      {lastSeenFrom !== null && <span className="soft">from {lastSeenFrom}</span>}
    </div>
  );
}

function Actions({ row }: { readonly row: CertificateRow }): ReactElement {
  const may = useMay('certificates');
  return (
    <div className="row-actions">
      {actionsOf[row.store].map((action) => (
        <Button
          key={action}
          small
          look={action === 'trust' ? 'primary' : undefined}
          may={may}
          aria-label={`${certificateActions[action].label} … ${commonName(row.subject)}`}
          onClick={() => askForCertificate(row, action)}
        >
          {certificateActions[action].label} …
        </Button>
      ))}
    </div>
  );
}
