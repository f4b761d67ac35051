import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  MessageSecurityMode,
  nodesets,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  setErrorLogger,
  setWarningLogger,
} from 'node-opcua';
import type { MachineSnapshot, ServerMessage, ServerShape } from './machine-messages.js';
import { MachineSpace } from './machine-space.js';
import { typesNodeset } from './types-nodeset.js';

// The process of the machine's OPC UA server. The rig starts it with its shape and ends it; it goes with the rig, however that ends.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined); // Ctrl-C is for the rig, which ends this last
await serve(JSON.parse(process.argv[2]) as ServerShape);

async function serve(shape: ServerShape): Promise<void> {
  // The library prints to the console.
  setErrorLogger(() => undefined);
  setWarningLogger(() => undefined);
  const server = await openServer(shape);
  const space = new MachineSpace(server.engine.addressSpace!, {
    ...shape,
    commanded: (commands) => tell({ type: 'commanded', commands }),
  });
  process.on('message', (snapshot: MachineSnapshot) => space.show(snapshot));
  await server.start();
  tell({ type: 'ready', port: server.endpoints[0].port });
}

/** Anybody may come, in clear or signed and encrypted: it is a lab. */
async function openServer({ pki, port }: ServerShape): Promise<OPCUAServer> {
  const certificates = new OPCUACertificateManager({ rootFolder: pki, automaticallyAcceptUnknownCertificate: true });
  await certificates.initialize();
  const types = join(pki, 'types.xml');
  await writeFile(types, typesNodeset);
  const server = new OPCUAServer({
    port,
    hostname: '127.0.0.1',
    nodeset_filename: [nodesets.standard, types],
    serverCertificateManager: certificates,
    userCertificateManager: certificates,
    allowAnonymous: true,
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    buildInfo: { productName: 'Fieldwarden rig: wrapper', manufacturerName: 'Fieldwarden' },
  });
  await server.initialize();
  return server;
}

function tell(message: ServerMessage): void {
  process.send?.(message, undefined, undefined, () => undefined); // the rig may be gone
}
