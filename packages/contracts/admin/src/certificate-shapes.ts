import { z } from 'zod';
import { tagged, text, textOrNull, time, timeOrNull, type Shape } from './parts.js';

/** A certificate in one of the stores below `<home>/pki`. */
export const certificateRow = z.object({
  store: z.enum(['trusted', 'rejected', 'issuers', 'own']),
  use: z.enum(['opcua', 'tls']),
  subject: text,
  issuer: text,
  thumbprint: text.describe('SHA-1, hex, upper case.'),
  sha256: text.describe('SHA-256 of the certificate, hex, upper case.'),
  keyFingerprint: text.describe(
    'SHA-256 of the public key as `SHA256:…`: stays when a certificate is renewed for the same key.',
  ),
  key: text.describe('`RSA 2048`, `EC P-256`.'),
  notBefore: time,
  notAfter: time,
  applicationUri: textOrNull.describe('Of OPC UA applications.'),
  lastSeenAt: timeOrNull.describe('When a client last came with it; null when that is not known.'),
  lastSeenFrom: textOrNull.describe('Address of that client.'),
});
export type CertificateRow = Shape<typeof certificateRow>;

/** `GET /certificates`. */
export const certificateList = tagged('certificates', {
  certificates: z.array(certificateRow),
  unreadable: z
    .array(z.object({ store: text, file: text }))
    .describe('Files of the stores that are no certificate, or none that can be read.'),
});
export type CertificateList = Shape<typeof certificateList>;

/** `POST /certificates/:thumbprint/{trust,reject}`, `DELETE /certificates/:thumbprint`: as it is now; of a removed one, as it was. */
export const certificateAnswer = tagged('certificate', {
  certificate: certificateRow,
  applied: z
    .boolean()
    .describe('The OPC UA server goes by it already. False: it does not run, and goes by it from its next start on.'),
});
export type CertificateAnswer = Shape<typeof certificateAnswer>;

/** `POST /certificates/own/renew`. */
export const certificateRenewed = tagged('certificate-renewed', { use: z.enum(['opcua', 'tls']) });
export type CertificateRenewed = Shape<typeof certificateRenewed>;
