import {
  AttributeIds,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  type ClientSession,
  type UserIdentityInfo,
} from 'node-opcua';
import { join } from 'node:path';
import type { GatewayProcess } from '../processes/gateway-process.js';

/** An OPC UA client with a certificate of its own, as a SCADA system has one. */
export class CertifiedClient implements AsyncDisposable {
  readonly #manager: OPCUACertificateManager;

  private constructor(manager: OPCUACertificateManager) {
    this.#manager = manager;
  }

  static async of(folder: string): Promise<CertifiedClient> {
    const manager = new OPCUACertificateManager({
      rootFolder: join(folder, 'client-pki'),
      automaticallyAcceptUnknownCertificate: true,
    });
    await manager.initialize();
    return new CertifiedClient(manager);
  }

  /** Rejects where the gateway does not let it in. */
  async connect(
    gateway: GatewayProcess,
    user?: UserIdentityInfo,
  ): Promise<{ readonly client: OPCUAClient; readonly session: ClientSession }> {
    const client = OPCUAClient.create({
      applicationName: 'press-scada',
      endpointMustExist: false,
      clientCertificateManager: this.#manager,
      securityMode: MessageSecurityMode.SignAndEncrypt,
      securityPolicy: SecurityPolicy.Basic256Sha256,
      connectionStrategy: { maxRetry: 0, initialDelay: 10, maxDelay: 50 },
    });
    try {
      await client.connect(`opc.tcp://127.0.0.1:${gateway.runFile.opcuaPort}/fieldwarden`);
      return { client, session: await client.createSession(user) };
    } catch (error) {
      await client.disconnect();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#manager.dispose();
  }
}

/** State of the server: what every session may read. */
export async function readServerState(session: ClientSession): Promise<number> {
  const value = await session.read({ nodeId: 'i=2259', attributeId: AttributeIds.Value });
  return value.statusCode.value;
}
