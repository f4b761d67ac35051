import type { NodeId } from 'node-opcua-client';
import type { Library } from '../line/library.js';
import type { NodeAddress } from './node-address.js';

/** The library's object for an address whose namespace has this index. */
export function nodeIdOf(
  { NodeId }: Library,
  { kind, identifier }: Pick<NodeAddress, 'kind' | 'identifier'>,
  namespace: number,
): NodeId {
  const { NUMERIC, STRING, GUID, BYTESTRING } = NodeId.NodeIdType;
  switch (kind) {
    case 'i':
      return new NodeId(NUMERIC, Number(identifier), namespace);
    case 's':
      return new NodeId(STRING, identifier, namespace);
    case 'g':
      return new NodeId(GUID, identifier, namespace);
    case 'b':
      return new NodeId(BYTESTRING, Buffer.from(identifier, 'base64'), namespace);
  }
}

/** As `parseNodeAddress` takes it, without a place in the value. `namespaces`: the server's, to name by URI; undefined: by index. */
export function addressOf(library: Library, nodeId: NodeId, namespaces?: readonly string[]): NodeAddress {
  const { NUMERIC, STRING, GUID } = library.NodeId.NodeIdType;
  const { identifierType, value, namespace } = nodeId;
  const uri = namespaces?.[namespace];
  const where = { namespace: namespace !== 0 && uri !== undefined ? uri : namespace, steps: [] };
  if (identifierType === NUMERIC) return { ...where, kind: 'i', identifier: String(value) };
  if (identifierType === STRING) return { ...where, kind: 's', identifier: String(value) };
  if (identifierType === GUID) return { ...where, kind: 'g', identifier: String(value).toLowerCase() };
  return { ...where, kind: 'b', identifier: Buffer.from(value as Buffer).toString('base64') };
}
