import { LocalCertificates, type CertificateServer } from '@fieldwarden/admin-api/answers';
import { CertificateBook, ExpiryWatch } from '@fieldwarden/certificates';
import { messageOf } from '@fieldwarden/core';
import type { RunningServices } from '@fieldwarden/services';
import type { CommonDependencies } from '../process/common-dependencies.js';
import type { AdminTls } from './admin-tls.js';

/** The certificates of this gateway: shown and moved for the Admin API, and watched for their end. */
export function careForCertificates(
  { home, clock, alarms, logging, shutdownSteps }: CommonDependencies,
  tls: AdminTls,
  services: RunningServices,
): LocalCertificates {
  const pkiDir = home.file('pki');
  const book = new CertificateBook({ pkiDir, tlsCertificate: () => tls.served?.leaf });
  const watch = new ExpiryWatch({
    clock,
    certificates: async () => (await book.page()).certificates,
    tell: (conditionId, message) => {
      if (message === undefined) alarms.clear(conditionId, {});
      else alarms.raise({ conditionId, subject: {}, message });
    },
  });
  shutdownSteps.add('certificate watch', () => watch[Symbol.dispose]());
  tls.follow(() => void watch.look());
  void watch.look();
  const server = opcuaServer(services, (text, error) => logging.logger.warn(text, { error }));
  return new LocalCertificates({ pkiDir, book, tls: tls.keeper, server, onChanged: () => void watch.look() });
}

function opcuaServer(services: RunningServices, warn: (text: string, error: unknown) => void): CertificateServer {
  const id = (): string | undefined => services.configured.find(({ name, enabled }) => name === 'opcua' && enabled)?.id;
  return {
    reread: async (thumbprint, origin) => {
      const serviceId = id();
      if (serviceId === undefined) return false;
      try {
        await services.request(serviceId, 'reread-certificates', { thumbprint }, origin);
        return true;
      } catch (error) {
        warn(`the OPC UA server goes by a moved certificate only from its next start: ${messageOf(error)}`, error);
        return false;
      }
    },
    restart: async () => {
      const serviceId = id();
      if (serviceId !== undefined) await services.restart(serviceId);
    },
  };
}
