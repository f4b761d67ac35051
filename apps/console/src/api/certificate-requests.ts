import type { CertificateAnswer, CertificateRow } from '@fieldwarden/admin-contract';
import { resourceOf } from '../state/resources.js';
import { answered, api } from './api-client.js';

export const certificatesResource = resourceOf('certificates', () => answered(api.GET('/certificates')));

const of = (thumbprint: string): { params: { path: { thumbprint: string } } } => ({ params: { path: { thumbprint } } });

export async function trustCertificate(thumbprint: string): Promise<CertificateAnswer> {
  return await answered(api.POST('/certificates/{thumbprint}/trust', of(thumbprint)));
}

export async function rejectCertificate(thumbprint: string): Promise<CertificateAnswer> {
  return await answered(api.POST('/certificates/{thumbprint}/reject', of(thumbprint)));
}

export async function removeCertificate(thumbprint: string): Promise<CertificateAnswer> {
  return await answered(api.DELETE('/certificates/{thumbprint}', of(thumbprint)));
}

export async function renewOwnCertificate(use: CertificateRow['use']): Promise<void> {
  await answered(api.POST('/certificates/own/renew', { body: { use } }));
}
