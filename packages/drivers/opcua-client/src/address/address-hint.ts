import { statusCodes } from '@fieldwarden/core';
import type { BadPoint } from '@fieldwarden/driver';
import { parseNodeAddress } from './node-address.js';

/** A status without its info bits. */
const codeBits = 0xffff0000;

/** What to try when a server that answers has no good value for an address. */
export function opcUaAddressHint({ address, status }: Pick<BadPoint, 'address' | 'status'>): string | undefined {
  const { namespace, steps, kind } = parseNodeAddress(address);
  switch ((status & codeBits) >>> 0) {
    case statusCodes.BadNodeIdUnknown:
      if (typeof namespace === 'number' && namespace > 0)
        return 'the index of a namespace may be another after a change of the server: browse for the node, and write its namespace as nsu=…';
      return kind === 's' ? 'names of nodes are case-sensitive: browse for it' : 'browse for the node';
    case statusCodes.BadNoData:
      return steps.length > 0
        ? 'the value has no such field or element: a tag of type string shows all of it'
        : undefined;
    case statusCodes.BadUserAccessDenied:
    case statusCodes.BadNotReadable:
      return 'the server lets other users read it: see identity, and the rights at the server';
    default:
      return undefined;
  }
}
