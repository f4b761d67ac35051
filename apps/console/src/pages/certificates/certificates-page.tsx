import type { CertificateList, CertificateRow } from '@fieldwarden/admin-contract';
import type { ReactElement, ReactNode } from 'react';
import { certificatesResource } from '../../api/certificate-requests.js';
import { EmptyState } from '../../parts/empty-state.js';
import { Loaded } from '../../parts/loaded.js';
import { Note } from '../../parts/problem-note.js';
import { useResource } from '../../state/resources.js';
import { CertificateTable } from './certificate-table.js';

/** A refused client is told by an event; when one last came is not. */
const everyMs = 5_000;

/** Whom the gateway trusts, whom it refused, and what it shows of itself. */
export function CertificatesPage(): ReactElement {
  const state = useResource(certificatesResource, everyMs);
  return (
    <div className="page">
      <h1>Certificates</h1>
      <Loaded state={state} what="the certificates">
        {({ certificates, unreadable }) => (
          <>
            <Unreadable files={unreadable} />
            <Store title="Refused" rows={inStore(certificates, 'rejected')} empty="Nobody was refused">
              A client that nobody has trusted yet stands here as soon as it has tried to connect.
            </Store>
            <Store title="Trusted" rows={inStore(certificates, 'trusted')} empty="No client is trusted yet">
              Let the OPC UA client connect once: it is refused, stands above, and is trusted there.
            </Store>
            <Store title="Own" rows={inStore(certificates, 'own')} empty="The gateway has no certificate">
              The OPC UA server makes one when it is on, the Admin API when TLS is on: sections <code>opcua</code> and{' '}
              <code>tls</code> of the plant document.
            </Store>
            <Store title="Issuers" rows={inStore(certificates, 'issuers')} empty="No issuers">
              Only needed where clients have certificates of an authority. Put it into <code>pki/issuers</code> in the
              home directory of the gateway.
            </Store>
          </>
        )}
      </Loaded>
    </div>
  );
}

/** What lies in a store and is no certificate: it costs itself only. */
function Unreadable({ files }: { readonly files: CertificateList['unreadable'] }): ReactElement | null {
  if (files.length === 0) return null;
  return (
    <Note tone="warning" icon="warning" title="Not every file in the stores is a certificate" role="status">
      <p className="detail">{files.map(({ store, file }) => `${store}/${file}`).join(', ')}</p>
    </Note>
  );
}

/** Who came last stands first. */
function inStore(certificates: readonly CertificateRow[], store: CertificateRow['store']): readonly CertificateRow[] {
  const seenAt = ({ lastSeenAt }: CertificateRow): string => lastSeenAt ?? '';
  return certificates.filter((row) => row.store === store).toSorted((a, b) => seenAt(b).localeCompare(seenAt(a)));
}

interface StoreProps {
  readonly title: string;
  readonly rows: readonly CertificateRow[];
  /** What it says without rows, and what to do then. */
  readonly empty: string;
  readonly children: ReactNode;
}

function Store({ title, rows, empty, children }: StoreProps): ReactElement {
  return (
    <section className="card" aria-label={`${title} certificates`}>
      <header>
        <h2>{title}</h2>
      </header>
      {rows.length === 0 ? (
        <EmptyState title={empty}>
          <p>{children}</p>
        </EmptyState>
      ) : (
        <CertificateTable rows={rows} />
      )}
    </section>
  );
}
