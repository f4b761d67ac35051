import type { CertificateAnswer, CertificateList, CertificateRenewed } from '@fieldwarden/admin-contract';
import { certificateRenewRequest } from '@fieldwarden/admin-contract/requests';
import { originOf } from '../../access/requester.js';
import type { CertificateControl } from '../../control/certificate-control.js';
import { jsonBody, jsonResponse, pathParameter } from '../../openapi/operation.js';
import { readJson } from '../../server/read-json.js';
import { pathText } from '../../server/request-parameters.js';
import { ok, type Answer, type HttpExchange, type Route } from '../../server/route.js';

type Move = 'trust' | 'reject' | 'remove';

const moves: readonly (Pick<Route, 'method' | 'path'> & {
  readonly move: Move;
  readonly operationId: string;
  readonly summary: string;
})[] = [
  {
    move: 'trust',
    method: 'post',
    path: '/certificates/:thumbprint/trust',
    operationId: 'trustCertificate',
    summary: 'Lets the OPC UA client with this certificate in, at its next attempt.',
  },
  {
    move: 'reject',
    method: 'post',
    path: '/certificates/:thumbprint/reject',
    operationId: 'rejectCertificate',
    summary: 'Lets the OPC UA client with this certificate in no more, and closes what it has open.',
  },
  {
    move: 'remove',
    method: 'delete',
    path: '/certificates/:thumbprint',
    operationId: 'removeCertificate',
    summary: 'Removes the certificate from its store; a client that comes with it is listed as rejected.',
  },
];

export const certificateRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/certificates',
    permission: 'view',
    operation: {
      operationId: 'listCertificates',
      summary: 'Certificates that are trusted, were rejected, of issuers, and the own ones of the gateway.',
      tags: ['certificates'],
      responses: { 200: jsonResponse('By store, the newest first.', 'CertificateList') },
    },
    handle: async ({ control }) =>
      ok({ schema: 'fieldwarden/certificates@1', ...(await control.certificates.list()) } satisfies CertificateList),
  },
  {
    method: 'post',
    path: '/certificates/own/renew',
    permission: 'certificates',
    audited: { action: 'certificate', subject: () => 'own' },
    operation: {
      operationId: 'renewOwnCertificate',
      summary:
        'Makes another certificate for the same key. The OPC UA server starts anew with it; its clients connect again, and most have to trust it.',
      tags: ['certificates'],
      requestBody: jsonBody('CertificateRenewRequest'),
      responses: { 200: jsonResponse('It is in use.', 'CertificateRenewed') },
    },
    handle: renewOwn,
  },
  ...moves.map(({ move, method, path, operationId, summary }): Route => ({
    method,
    path,
    permission: 'certificates',
    audited: { action: 'certificate', subject: ({ request }) => `${move} ${pathText(request, 'thumbprint')}` },
    operation: {
      operationId,
      summary,
      tags: ['certificates'],
      parameters: [pathParameter('thumbprint', 'SHA-1, hex; as much of it as is unique.')],
      responses: { 200: jsonResponse('What became of it.', 'Certificate') },
    },
    handle: (exchange) => moved(exchange, move),
  })),
];

const done: Readonly<Record<Move, string>> = { trust: 'trusted', reject: 'rejected', remove: 'removed' };

async function moved(exchange: HttpExchange, move: Move): Promise<Answer> {
  const { control, request, logger, correlationId } = exchange;
  const certificates: CertificateControl = control.certificates;
  const { certificate, applied } = await certificates[move](pathText(request, 'thumbprint'), originOf(exchange));
  logger.info(`certificate ${certificate.thumbprint} of ${certificate.subject} was ${done[move]}`, { correlationId });
  return ok({ schema: 'fieldwarden/certificate@1', certificate, applied } satisfies CertificateAnswer);
}

async function renewOwn(exchange: HttpExchange): Promise<Answer> {
  const { control, request } = exchange;
  const { use } = readJson(request, certificateRenewRequest);
  await control.certificates.renewOwn(use, originOf(exchange));
  return ok({ schema: 'fieldwarden/certificate-renewed@1', use } satisfies CertificateRenewed);
}
