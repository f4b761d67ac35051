import { once } from 'node:events';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { messageOf, statusCodes } from '@fieldwarden/core';
import { waitFor } from '@fieldwarden/testkit';
import {
  AttributeIds,
  DataType,
  MessageSecurityMode,
  SecurityPolicy,
  UserTokenType,
  type OPCUAClient,
  type UserIdentityInfo,
} from 'node-opcua';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeUserCertificate, tag, TestClient, testClient, TestOutlet } from '../testing/test-outlet.js';

const encrypted = { securityMode: MessageSecurityMode.SignAndEncrypt, securityPolicy: SecurityPolicy.Basic256Sha256 };
const speed = { dataType: DataType.Float, value: 1 };

let gateway: TestOutlet;

beforeAll(async () => {
  gateway = await TestOutlet.start(
    [
      tag('packaging/setpoint', { scalar: 'float32' }, { access: 'read-write' }),
      tag('bottling/setpoint', { scalar: 'float32' }, { access: 'read-write' }),
    ],
    { anonymous: false, securityPolicies: ['None', 'Basic256Sha256'], trustsClients: true },
  );
});

afterAll(() => gateway[Symbol.asyncDispose]());

beforeEach(() => {
  gateway.desk.isBusy = false;
  gateway.desk.hold = undefined;
  gateway.desk.set('vera', { password: 'right', role: 'viewer' });
  gateway.desk.set('otto', { password: 'right', role: 'operator', areas: ['packaging/**'] });
});

function named(userName: string, password = 'right'): UserIdentityInfo {
  return { type: UserTokenType.UserName, userName, password };
}

function connect(user: UserIdentityInfo): Promise<TestClient> {
  return TestClient.connect(gateway, { ...encrypted, user });
}

async function connected(options: object = encrypted): Promise<OPCUAClient> {
  const client = await testClient(options);
  await client.connect(gateway.outlet.endpointUrl);
  return client;
}

describe('signing in with name and password (§13.1)', () => {
  test('makes the session the user’s: what it writes is under their name, in their areas', async () => {
    await using client = await connect(named('otto'));
    expect(await client.write('packaging/setpoint', speed)).toBe(statusCodes.Good);
    expect(gateway.writer.writes.at(-1)!.origin.principal).toEqual({
      name: 'otto',
      grants: [{ role: 'operator', areas: ['packaging/**'] }],
      proof: 'password',
    });
    expect(await client.write('bottling/setpoint', speed)).toBe(statusCodes.BadUserAccessDenied);
    expect(gateway.desk.attempts.at(-1)).toMatchObject({ user: 'otto', from: '127.0.0.1', via: 'opcua' });
  });

  test('is answered alike for a wrong password, an unknown name and too many tries; the log says which', async () => {
    const client = await connected();
    await expect(client.createSession(named('otto', 'wrong'))).rejects.toThrow(/BadUserAccessDenied/);
    await expect(client.createSession(named('oscar'))).rejects.toThrow(/BadUserAccessDenied/);
    gateway.desk.isBusy = true;
    await expect(client.createSession(named('vera'))).rejects.toThrow(/BadUserAccessDenied/);
    await client.disconnect();
    expect(gateway.logger.messages('warn')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/otto at 127\.0\.0\.1 was not let in: .*name or the password is wrong/),
        expect.stringMatching(/vera at 127\.0\.0\.1 was not let in: too many sign-ins/),
      ]),
    );
    expect(gateway.outlet.statistics().sessions).toBe(0);
  });

  test('is offered over encrypted policies only; a name that comes over another is refused, and the log says why', async () => {
    const client = await connected({});
    const endpoints = await client.getEndpoints();
    const offered = endpoints.map(({ securityPolicyUri, userIdentityTokens }) => [
      securityPolicyUri?.split('#')[1],
      (userIdentityTokens ?? []).map(({ tokenType }) => UserTokenType[tokenType]),
    ]);
    expect(offered).toEqual([
      ['None', []],
      ['Basic256Sha256', ['UserName', 'Certificate']],
      ['Basic256Sha256', ['UserName', 'Certificate']],
    ]);
    await client.disconnect();
  });

  test('does not hold up others while one waits for its answer, and a client that leaves meanwhile harms nobody', async () => {
    await using client = await connect(named('vera'));
    const held = Promise.withResolvers<void>();
    gateway.desk.hold = held.promise;
    const before = gateway.desk.attempts.length;
    const slow = await connected();
    const asked = slow.createSession(named('otto')).catch(() => undefined);
    await waitFor(() => gateway.desk.attempts.length > before, { what: 'the sign-in' });
    expect((await client.read('packaging/setpoint')).statusCode.name).toBe('BadWaitingForInitialData');
    await slow.disconnect();
    held.resolve();
    await asked;
    expect((await client.read('packaging/setpoint')).statusCode.name).toBe('BadWaitingForInitialData');
  });

  test('that was changed while it waited counts as it is now', async () => {
    const held = Promise.withResolvers<void>();
    gateway.desk.hold = held.promise;
    const before = gateway.desk.attempts.length;
    const client = await connected();
    const asked = client.createSession(named('otto')).then(
      () => 'in',
      (error: unknown) => messageOf(error),
    );
    await waitFor(() => gateway.desk.attempts.length > before, { what: 'the sign-in' });
    held.resolve();
    gateway.desk.remove('otto');
    expect(await asked).toMatch(/BadUserAccessDenied/);
    await client.disconnect();
  });
});

describe('a session whose account is changed (§13.1)', () => {
  test('ends when the account may not be here any more, with its subscriptions; others stay', async () => {
    await using other = await connect(named('vera'));
    await using client = await connect(named('otto'));
    const subscription = await client.subscribe();
    await client.monitor(subscription, 'packaging/setpoint');
    gateway.desk.remove('otto');
    expect(gateway.outlet.statistics()).toMatchObject({ sessions: 1, subscriptions: 0, monitoredItems: 0 });
    expect((await other.read('packaging/setpoint')).statusCode.name).toBe('BadWaitingForInitialData');
    expect(gateway.logger.messages('info')).toContainEqual(
      expect.stringMatching(/of otto ended: the account was changed/),
    );
  });

  test('has the other role at once', async () => {
    await using client = await connect(named('vera'));
    expect(await client.write('packaging/setpoint', speed)).toBe(statusCodes.BadUserAccessDenied);
    gateway.desk.set('vera', { password: 'right', role: 'operator' });
    expect(await client.write('packaging/setpoint', speed)).toBe(statusCodes.Good);
    expect((await client.read('packaging/setpoint', AttributeIds.UserAccessLevel)).value.value).toBe(3);
  });
});

describe('another user in the same session (OPC 10000-4, 5.6.3)', () => {
  test('takes over by ActivateSession; one who is refused leaves it as it was', async () => {
    await using client = await connect(named('vera'));
    expect(await client.write('packaging/setpoint', speed)).toBe(statusCodes.BadUserAccessDenied);
    expect((await client.session.changeUser(named('otto'))).name).toBe('Good');
    expect(await client.write('packaging/setpoint', speed)).toBe(statusCodes.Good);
    expect((await client.session.changeUser(named('vera', 'wrong'))).name).toBe('BadUserAccessDenied');
    expect(await client.write('packaging/setpoint', speed)).toBe(statusCodes.Good);
  });
});

describe('signing in with a certificate (§13.1)', () => {
  test('makes the session the one’s whose account names it', async () => {
    const { certificate, privateKey, identity } = await userCertificate();
    const thumbprint = new X509Certificate(certificate).fingerprint.replaceAll(':', '');
    await expect(connect(identity)).rejects.toThrow(/BadUserAccessDenied/);
    gateway.desk.set('cora', { password: 'x', role: 'operator', certificates: [thumbprint] });
    {
      await using client = await connect(identity);
      expect(await client.write('packaging/setpoint', speed)).toBe(statusCodes.Good);
      expect(gateway.writer.writes.at(-1)!.origin.principal).toMatchObject({ name: 'cora', proof: 'certificate' });
      gateway.desk.remove('cora');
      expect(gateway.outlet.statistics().sessions).toBe(0);
    }
    expect(privateKey).toContain('PRIVATE KEY');
  });

  test('without its key is refused', async () => {
    const [mine, theirs] = [await userCertificate(), await userCertificate()];
    const thumbprint = new X509Certificate(theirs.certificate).fingerprint.replaceAll(':', '');
    gateway.desk.set('cora', { password: 'x', role: 'admin', certificates: [thumbprint] });
    const stolen = { ...theirs.identity, privateKey: mine.privateKey } as UserIdentityInfo;
    await expect(connect(stolen)).rejects.toThrow(/BadUserSignatureInvalid/);
    gateway.desk.remove('cora');
  });

  test('survives a lost connection: the same session, over another connection', async () => {
    const { certificate, identity } = await userCertificate();
    const thumbprint = new X509Certificate(certificate).fingerprint.replaceAll(':', '');
    gateway.desk.set('cora', { password: 'x', role: 'operator', certificates: [thumbprint] });
    const cables = new Set<Socket>();
    await using proxy = createServer((socket) => {
      const onward = createConnection(gateway.outlet.port, '127.0.0.1');
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ]) {
        from
          .on('error', () => undefined)
          .on('close', () => to.destroy())
          .pipe(to);
        cables.add(from);
      }
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const url = `opc.tcp://127.0.0.1:${(proxy.address() as AddressInfo).port}/fieldwarden`;
    const connectionStrategy = { maxRetry: 5, initialDelay: 10, maxDelay: 50 };
    await using client = await TestClient.connect(gateway, { ...encrypted, user: identity, connectionStrategy }, url);
    const sessionId = client.session.sessionId.toString();
    const back = once(client.session, 'session_restored');
    for (const cable of cables) cable.destroy();
    await back;
    expect(await client.write('packaging/setpoint', speed)).toBe(statusCodes.Good);
    expect(client.session.sessionId.toString()).toBe(sessionId);
  });
});

async function userCertificate(): Promise<{ certificate: Buffer; privateKey: string; identity: UserIdentityInfo }> {
  const { certificateFile, privateKeyFile } = await makeUserCertificate();
  const certificate = new X509Certificate(readFileSync(certificateFile)).raw;
  const privateKey = createPrivateKey(readFileSync(privateKeyFile)).export({ type: 'pkcs8', format: 'pem' }).toString();
  const identity: UserIdentityInfo = { type: UserTokenType.Certificate, certificateData: certificate, privateKey };
  return { certificate, privateKey, identity };
}
