import { z } from 'zod';
import { tagged, text, textOrNull, time, timeOrNull, type Shape } from './parts.js';

/** A certificate in one of the stores below `<home>/pki`. */
export const certificateRow = z.object({
  store: z.enum(['trusted', 'rejected', 'issuers', 'own']),
  use: z.enum(['opcua', 'tls']),
  subject: text,
  issuer: text,
  thumbprint: text.describe('SHA-1, hex, upper case.'),
  notBefore: time,
  notAfter: time,
  applicationUri: textOrNull.describe('Of OPC UA applications.'),
  lastSeenAt: timeOrNull.describe('When a client last came with it; null when that is not known.'),
  lastSeenFrom: textOrNull.describe('Address of that client.'),
});
export type CertificateRow = Shape<typeof certificateRow>;

/** `GET /certificates`. */
export const certificateList = tagged('certificates', { certificates: z.array(certificateRow) });
export type CertificateList = Shape<typeof certificateList>;
