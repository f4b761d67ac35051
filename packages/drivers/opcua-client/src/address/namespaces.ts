import { isGatewayError, statusCodes } from '@fieldwarden/core';
import type { NodeId } from 'node-opcua-client';
import { rejected } from '../line/errors.js';
import type { Link } from '../line/link.js';
import { nodeIdOf } from './node-id.js';
import { parseNodeAddress, type NodeAddress } from './node-address.js';

/**
 * What the namespace indexes of some addresses mean. An index counts as it stood when the addresses were first resolved: a server that comes back with
 * its namespaces in another order is asked for the same nodes by their new index.
 */
export class NamespaceBook {
  #first: readonly string[] | undefined;

  /** Index of the address's namespace in `present`, the server's NamespaceArray of now; undefined when the server does not have it. */
  indexOf({ namespace }: NodeAddress, present: readonly string[]): number | undefined {
    this.#first ??= present;
    if (namespace === 0) return 0;
    const uri = typeof namespace === 'string' ? namespace : this.#first[namespace];
    // An index that the server never named may be one that it does not list.
    if (uri === undefined) return namespace as number;
    const index = present.indexOf(uri);
    return index < 0 ? undefined : index;
  }
}

/** Whoever has addresses in use, and knows what their indexes meant when they were first resolved. */
export interface AddressUser {
  readonly namespaces: NamespaceBook;
  uses(address: string): boolean;
}

/** What the addresses of a session mean: as where they are in use, so that a write never goes to another node than the value came from. */
export class AddressBook {
  readonly #users = new Set<AddressUser>();
  #first: string | undefined;

  add(user: AddressUser): void {
    this.#users.add(user);
  }

  delete(user: AddressUser): void {
    this.#users.delete(user);
  }

  /** The library's node id and the parsed address. Throws kind `rejected` for a namespace that the server does not have. */
  resolve(link: Link, text: string): { readonly nodeId: NodeId; readonly address: NodeAddress } {
    const address = parseNodeAddress(text);
    const namespace = this.#namespacesOf(link, text).indexOf(address, link.namespaces);
    if (namespace === undefined)
      throw rejected(statusCodes.BadNodeIdUnknown, `the server has no namespace ${address.namespace}`);
    return { nodeId: nodeIdOf(link.library, address, namespace), address };
  }

  #namespacesOf({ namespaces }: Link, text: string): NamespaceBook {
    const present = namespaces.join('\n');
    this.#first ??= present;
    // As long as the server's namespaces have never moved, an index means what it says.
    if (present === this.#first) return new NamespaceBook();
    for (const user of this.#users) if (user.uses(text)) return user.namespaces;
    return new NamespaceBook();
  }
}

/** Parsed, or undefined for a text that is no address: its row says so. */
export function addressOrNone(text: string): NodeAddress | undefined {
  try {
    return parseNodeAddress(text);
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    return undefined;
  }
}
