import {
  AttributeIds,
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  UserTokenType,
  type ClientSession,
} from 'node-opcua';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayProcess } from '../processes/gateway-process.js';

/** People at OPC UA clients: one program with a certificate that the gateway trusts, in which each signs in by name. */
export class OpcuaPeople implements AsyncDisposable {
  readonly #folder: string;
  readonly #certificates: OPCUACertificateManager;

  private constructor(folder: string, certificates: OPCUACertificateManager) {
    this.#folder = folder;
    this.#certificates = certificates;
  }

  /** Before the gateway of this home is started. */
  static async trustedIn(home: string): Promise<OpcuaPeople> {
    const folder = mkdtempSync(join(tmpdir(), 'fieldwarden-client-'));
    const certificates = new OPCUACertificateManager({
      rootFolder: folder,
      automaticallyAcceptUnknownCertificate: true,
    });
    await certificates.initialize();
    const people = new OpcuaPeople(folder, certificates);
    const client = people.#newClient();
    await client.createDefaultCertificate();
    const trusted = join(home, 'pki', 'trusted', 'certs');
    mkdirSync(trusted, { recursive: true, mode: 0o700 });
    writeFileSync(join(trusted, 'client.der'), client.getCertificate(), { mode: 0o600 });
    return people;
  }

  /** Runs what somebody does in a session of theirs. */
  async as<T>(
    gateway: GatewayProcess,
    { user, password }: { readonly user: string; readonly password: string },
    work: (session: ClientSession) => Promise<T>,
  ): Promise<T> {
    const client = this.#newClient();
    await client.connect(`opc.tcp://127.0.0.1:${gateway.port('OPC UA server')}/fieldwarden`);
    try {
      return await work(await client.createSession({ type: UserTokenType.UserName, userName: user, password }));
    } finally {
      await client.disconnect();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#certificates.dispose();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #newClient(): OPCUAClient {
    return OPCUAClient.create({
      endpointMustExist: false,
      securityMode: MessageSecurityMode.SignAndEncrypt,
      securityPolicy: SecurityPolicy.Basic256Sha256,
      clientCertificateManager: this.#certificates,
      connectionStrategy: { maxRetry: 0 },
    });
  }
}

export const tagNodeId = (path: string): string => `ns=2;s=${path}`;

/** Name of the status that a write of a float has. */
export async function writeFloat(session: ClientSession, path: string, value: number): Promise<string> {
  const variant = { dataType: DataType.Float, value };
  const request = { nodeId: tagNodeId(path), attributeId: AttributeIds.Value, value: { value: variant } };
  return (await session.write(request)).name;
}
