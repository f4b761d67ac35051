import type { FaultProxy } from '@fieldwarden/testkit';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { answerTimeoutMs, type PlcFault } from './counting-plc.js';

/** What a network does to any protocol. */
export function networkFaults(network: FaultProxy): readonly PlcFault[] {
  const { toServer, toClient } = network;
  return [
    { name: 'requests get lost', hidesRequests: true, begin: () => void (toServer.silent = true) },
    { name: 'answers get lost', begin: () => void (toClient.silent = true) },
    { name: 'requests arrive late', hidesRequests: true, begin: () => void (toServer.delayMs = 2 * answerTimeoutMs) },
    {
      name: 'the connection is cut within a request',
      hidesRequests: true,
      begin: () => void (toServer.cutAfterBytes = 7),
    },
    { name: 'the connection is cut within an answer', begin: () => void (toClient.cutAfterBytes = 7) },
    { name: 'connections are cut', hidesRequests: true, begin: () => network.dropConnections() },
    {
      name: 'nobody listens',
      hidesRequests: true,
      begin: () => {
        network.refuse();
        network.dropConnections();
      },
    },
    { name: 'the peer vanishes', hidesRequests: true, begin: () => void (network.halfOpen = true) },
    { name: 'bytes come one by one', begin: () => void (toServer.splitEveryByte = toClient.splitEveryByte = true) },
  ];
}

/** A peer that had vanished knows nothing of its connections when it is back. */
export async function healNetwork(network: FaultProxy): Promise<void> {
  if (network.halfOpen) network.dropConnections();
  await network.heal();
}

/** A connection that the gateway made before it went is with the PLC a few turns of the event loop later, at the latest. */
export async function passedOn(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await nextTurn();
}
