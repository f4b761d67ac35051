import { expect, it } from 'vitest';
import { unreachableProblem } from './link-problem.js';

const alert = (text: string): Error =>
  Object.assign(
    new Error(`402DA9C6897F0000:error:0A00045C:SSL routines:ssl3_read_bytes:${text}:rec_layer_s3.c:918:\n`),
    {
      code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    },
  );

it('says of a broker that wants a certificate what helps, without the inside of OpenSSL', () => {
  const { kind, message } = unreachableProblem('mqtts://a:8883', alert('tlsv13 alert certificate required'));
  expect(kind).toBe('tls');
  expect(message).toBe(
    'no secure connection to mqtts://a:8883: the broker wants another certificate of this gateway; name one in tls.certFile and tls.keyFile (certificate required)',
  );
});

it('does not blame the certificate for another refusal', () => {
  const { message } = unreachableProblem('mqtts://a:8883', alert('sslv3 alert handshake failure'));
  expect(message).toBe('no secure connection to mqtts://a:8883: the broker refused it (handshake failure)');
});
