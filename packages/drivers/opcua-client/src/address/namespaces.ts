import type { NodeAddress } from './node-address.js';

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
