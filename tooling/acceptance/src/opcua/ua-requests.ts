import { randomBytes } from 'node:crypto';
import { noNode, UaBytes, type NodeName } from './ua-bytes.js';

/** A service's number on the wire, and what follows its request header (OPC 10000-4). */
export interface UaRequest {
  readonly typeId: number;
  readonly body: Buffer;
}

const value = 13;

export function createSession(endpointUrl: string, timeoutMs: number, applicationUri = 'urn:stranger'): UaRequest {
  const body = new UaBytes();
  body.text(applicationUri).text(null).uint8(0).uint32(1).text(null).text(null).uint32(0);
  body.text(null).text(endpointUrl).text('stranger').text(randomBytes(32)).text(null);
  return { typeId: 461, body: body.float64(timeoutMs).uint32(0).bytes };
}

/** As nobody. */
export function activateSession(): UaRequest {
  const body = new UaBytes().text(null).text(null).uint32(0).uint32(0);
  return { typeId: 467, body: body.nodeId(noNode).uint8(0).text(null).text(null).bytes };
}

/** The same node so many times over, with all its references and all that can be told of each: a few bytes that ask for megabytes. */
export function browse(node: NodeName, times: number): UaRequest {
  const body = new UaBytes().nodeId(noNode).noTime().uint32(0).uint32(0).uint32(times);
  for (let i = 0; i < times; i += 1) body.nodeId(node).uint32(2).nodeId(noNode).uint8(1).uint32(0).uint32(0x3f);
  return { typeId: 527, body: body.bytes };
}

/** Their values with both times. */
export function read(nodes: readonly NodeName[]): UaRequest {
  const body = new UaBytes().float64(0).uint32(2).uint32(nodes.length);
  for (const node of nodes) readValueId(body, node);
  return { typeId: 631, body: body.bytes };
}

export function createSubscription(publishingIntervalMs: number): UaRequest {
  const body = new UaBytes().float64(publishingIntervalMs).uint32(10_000).uint32(100).uint32(0);
  return { typeId: 787, body: body.uint8(1).uint8(0).bytes };
}

export function createMonitoredItems(subscriptionId: number, nodes: readonly NodeName[], queueSize: number): UaRequest {
  const body = new UaBytes().uint32(subscriptionId).uint32(2).uint32(nodes.length);
  for (const [clientHandle, node] of nodes.entries()) {
    readValueId(body, node).uint32(2).uint32(clientHandle).float64(0);
    body.nodeId(noNode).uint8(0).uint32(queueSize).uint8(1);
  }
  return { typeId: 751, body: body.bytes };
}

/** A Read of one node whose index range is a string longer than there can be. */
export function undecodable(): UaRequest {
  const body = new UaBytes().float64(0).uint32(2).uint32(1).nodeId(noNode).uint32(value).uint32(0xffff_fff0);
  return { typeId: 631, body: body.bytes };
}

export function publish(): UaRequest {
  return { typeId: 826, body: new UaBytes().uint32(0).bytes };
}

function readValueId(body: UaBytes, node: NodeName): UaBytes {
  return body
    .nodeId(node)
    .uint32(value)
    .text(null)
    .raw(Buffer.from([0, 0]))
    .text(null);
}
