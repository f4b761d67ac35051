import type { CertificateAnswer, CertificateRow } from '@fieldwarden/admin-contract';
import {
  rejectCertificate,
  removeCertificate,
  renewOwnCertificate,
  trustCertificate,
} from '../api/certificate-requests.js';

export type CertificateAction = 'trust' | 'reject' | 'remove' | 'renew';

export interface CertificateActionTexts {
  /** On the button. */
  readonly label: string;
  readonly doing: string;
  /** Of its subject, afterwards. */
  readonly done: string;
  /** What it means, one sentence per line. */
  readonly consequences: (certificate: CertificateRow) => readonly string[];
  /** The button is red. */
  readonly interrupts: boolean;
  readonly carryOut: (certificate: CertificateRow) => Promise<Pick<CertificateAnswer, 'applied'>>;
}

const closed = 'Its open connections are closed within 5 s.';

export const certificateActions: Readonly<Record<CertificateAction, CertificateActionTexts>> = {
  trust: {
    label: 'Trust',
    doing: 'Trusting',
    done: 'is trusted',
    consequences: () => [
      'Whoever has the key of this certificate may connect from now on; what they may do there depends on who signs in.',
      'Compare the thumbprint with the one that the client shows.',
    ],
    interrupts: false,
    carryOut: ({ thumbprint }) => trustCertificate(thumbprint),
  },
  reject: {
    label: 'Reject',
    doing: 'Rejecting',
    done: 'is rejected',
    consequences: () => [closed, 'It is refused from now on, until somebody trusts it again.'],
    interrupts: true,
    carryOut: ({ thumbprint }) => rejectCertificate(thumbprint),
  },
  remove: {
    label: 'Remove',
    doing: 'Removing',
    done: 'is removed',
    consequences: ({ store }) => [
      ...(store === 'trusted' ? [closed] : []),
      store === 'issuers'
        ? 'Certificates that it has issued are no longer accepted for that.'
        : 'If a client comes with it again, it is refused and stands here again.',
    ],
    interrupts: true,
    carryOut: ({ thumbprint }) => removeCertificate(thumbprint),
  },
  renew: {
    label: 'Renew',
    doing: 'Renewing',
    done: 'is renewed',
    consequences: ({ use }) => [
      'Another certificate for the same key takes its place.',
      use === 'opcua'
        ? 'The OPC UA server starts anew with it: clients lose their connections, and most have to trust it before they come back.'
        : 'New connections get it at once, open ones go on. Browsers that were told to accept the present one ask again.',
    ],
    interrupts: true,
    carryOut: async ({ use }) => {
      await renewOwnCertificate(use);
      return { applied: true };
    },
  },
};
