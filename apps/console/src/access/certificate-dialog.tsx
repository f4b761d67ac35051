import type { CertificateRow } from '@fieldwarden/admin-contract';
import type { ReactElement } from 'react';
import { Confirmation } from '../fleet/confirmation.js';
import { toast } from '../parts/toasts.js';
import { createStore, useStore } from '../state/store.js';
import { certificateActions, type CertificateAction } from './certificate-actions.js';
import { commonName, thumbprintText } from './certificate-words.js';

interface Asked {
  readonly certificate: CertificateRow;
  readonly action: CertificateAction;
}

const asked = createStore<Asked | null>(null);

/** Opens the dialog that shows whose certificate it is, carries the action out, and tells what became of it. */
export function askForCertificate(certificate: CertificateRow, action: CertificateAction): void {
  asked.set({ certificate, action });
}

export function CertificateDialog(): ReactElement | null {
  const question = useStore(asked);
  if (!question) return null;
  const { certificate, action } = question;
  const { label, doing, done, consequences, interrupts, carryOut } = certificateActions[action];
  const name = commonName(certificate.subject);
  return (
    <Confirmation
      key={`${certificate.thumbprint} ${action}`}
      title={`${label}: ${name}`}
      consequences={consequences(certificate)}
      label={label}
      doing={doing}
      interrupts={interrupts}
      notDone={`Nothing was changed for ${name}`}
      carryOut={async () => {
        const { applied } = await carryOut(certificate);
        if (applied) toast('good', `The certificate of ${name} ${done}`);
        else
          toast(
            'warning',
            `The certificate of ${name} ${done}: the OPC UA server is off, and goes by it when it starts`,
          );
      }}
      onClose={() => asked.set(null)}
    >
      <Facts certificate={certificate} />
    </Confirmation>
  );
}

function Facts({ certificate }: { readonly certificate: CertificateRow }): ReactElement {
  const { subject, issuer, thumbprint, applicationUri, lastSeenFrom, key } = certificate;
  return (
    <dl className="facts">
      <dt>Subject</dt>
      <dd>{subject}</dd>
      {issuer !== subject && (
        <>
          <dt>Issued by</dt>
          <dd>{issuer}</dd>
        </>
      )}
      <dt>Thumbprint</dt>
      <dd className="mono">{thumbprintText(thumbprint)}</dd>
      <dt>Key</dt>
      <dd>{key}</dd>
      {applicationUri !== null && (
        <>
          <dt>Application URI</dt>
          <dd className="mono">{applicationUri}</dd>
        </>
      )}
      {lastSeenFrom !== null && (
        <>
          <dt>Came from</dt>
          <dd className="mono">{lastSeenFrom}</dd>
        </>
      )}
    </dl>
  );
}
