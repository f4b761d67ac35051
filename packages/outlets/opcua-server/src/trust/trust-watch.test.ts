import { CertificateBook, readLastSeen, storeFolders } from '@fieldwarden/certificates';
import { waitFor } from '@fieldwarden/testkit';
import { MessageSecurityMode, SecurityPolicy, type OPCUAClientOptions } from 'node-opcua';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tag, TestClient, TestOutlet } from '../testing/test-outlet.js';

const encrypted: OPCUAClientOptions = {
  securityMode: MessageSecurityMode.SignAndEncrypt,
  securityPolicy: SecurityPolicy.Basic256Sha256,
};

async function started() {
  const gateway = await TestOutlet.start([tag('line/speed', { scalar: 'float64' })], {
    securityPolicies: ['Basic256Sha256'],
  });
  const book = new CertificateBook({
    pkiDir: gateway.pkiDir,
    tlsCertificate: () => undefined,
  });
  const moved = (of: string): Promise<void> => gateway.outlet.rereadCertificates(of);
  const connect = (): Promise<TestClient> => TestClient.connect(gateway, encrypted);
  await expect(connect()).rejects.toThrow();
  const [{ thumbprint }] = (await book.page()).certificates;
  return { gateway, book, moved, connect, thumbprint };
}

describe('trust of clients', () => {
  test('acts at once: the next attempt gets in, and a rejected one loses its session', async () => {
    const { gateway, book, moved, connect, thumbprint } = await started();
    await using _ = gateway;
    await book.trust(thumbprint, moved);
    await using client = await connect(); // the very next one
    expect(gateway.outlet.statistics().sessions).toBe(1);
    await book.reject(thumbprint, moved);
    expect(gateway.outlet.statistics()).toMatchObject({ sessions: 0, subscriptions: 0 });
    await expect(client.read('line/speed')).rejects.toThrow();
    await expect(connect()).rejects.toThrow();
    expect(gateway.logger.messages('warn')).toContainEqual(expect.stringMatching(/disconnected: .*trusted no longer/));
    await book.trust(thumbprint, moved);
    await using again = await connect();
    await book.remove(thumbprint, moved);
    await expect(again.read('line/speed')).rejects.toThrow();
    expect((await book.page()).certificates.filter(({ store }) => store === 'trusted')).toEqual([]);
    await expect(connect()).rejects.toThrow();
  });

  test('that somebody ends by moving the file ends the session a moment later', async () => {
    const { gateway, book, moved, connect, thumbprint } = await started();
    await using _ = gateway;
    await book.trust(thumbprint, moved);
    await using _client = await connect();
    const { trusted, rejected } = storeFolders(gateway.pkiDir);
    await waitFor(async () => (await readdir(trusted)).length === 1, { what: 'the file to be there' });
    const [file] = await readdir(trusted);
    await rename(join(trusted, file), join(rejected, file));
    await waitFor(() => gateway.outlet.statistics().sessions === 0, { what: 'the session to end' });
  });

  test('notes who came when and from where', async () => {
    const { gateway, book, thumbprint } = await started();
    const { lastSeen } = storeFolders(gateway.pkiDir);
    const seen = await waitFor(async () => (await readLastSeen(lastSeen)).get(thumbprint), { what: 'the note' });
    expect(seen.from).toBe('127.0.0.1');
    expect((await book.page()).certificates).toMatchObject([
      { store: 'rejected', lastSeenAt: seen.at },
      { store: 'own' },
    ]);
    await gateway[Symbol.asyncDispose]();
  });
});
