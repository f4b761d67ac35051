import { z } from 'zod';
import { flag } from './fields.js';

const file = (says: string, example: string) =>
  z
    .string()
    .min(1)
    .nullable()
    .optional()
    .meta({ description: `${says} Absolute. Default: none.`, examples: [example] });

/** Section `tls` (SPEC §13.3). A part of the gateway itself and no service: the port must know it before it listens. */
export const tlsSchema = z.strictObject({
  enabled: flag('The console and the Admin API answer by https alone, with TLS 1.2 or newer.', false),
  certFile: file(
    'File in PEM with a certificate of your own for them, those of its issuers behind it; looked at while it is served. Without one the ' +
      'gateway makes a certificate, and renews it.',
    '/etc/fieldwarden/tls.pem',
  ),
  keyFile: file('File in PEM with its private key, without a passphrase.', '/etc/fieldwarden/tls.key'),
});
