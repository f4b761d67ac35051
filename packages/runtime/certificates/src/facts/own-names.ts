import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { plainHost } from '@fieldwarden/core';

/** Names and addresses by which clients may reach the server. */
export interface OwnNames {
  /** Wanted by the plant document, the command line or the machine: a certificate without one of them is of no use. */
  readonly required: readonly string[];
  /** Present addresses of a server that listens on all of them; they come and go with cables and VPNs. */
  readonly addresses: readonly string[];
}

export interface OwnNamesSources {
  /** Address that the port is bound to. */
  readonly bind: string;
  /** `opcua.hostNames`. */
  readonly hostNames: readonly string[];
  readonly machineName: string;
  /** Of the machine. */
  readonly addresses: readonly string[];
}

/** Addresses that stand for all of a machine's. */
export const wildcards: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** What Docker and Podman call a container unless told otherwise: another one each time it is made, and nobody's way to it. */
const containerId = /^[0-9a-f]{12}$/;

export function ownNames({ bind, hostNames, machineName, addresses }: OwnNamesSources): OwnNames {
  const isWildcard = wildcards.has(bind);
  const machine = containerId.test(machineName) ? [] : [machineName];
  const required = [...machine, ...hostNames, ...(isWildcard ? [] : [bind])]
    .map((name) => plainHost(name).replace(/\.$/, ''))
    .filter(isCertifiable);
  return { required: unique(required), addresses: isWildcard ? unique(addresses.filter(isCertifiable)) : [] };
}

/** What a new certificate has: also what programs on the same machine call it. */
export function certifiedNames({ required, addresses }: OwnNames): { readonly dns: string[]; readonly ip: string[] } {
  const all = unique([...required, 'localhost', '127.0.0.1', ...addresses]);
  return { dns: all.filter((name) => isIP(name) === 0), ip: all.filter((name) => isIP(name) !== 0) };
}

/** Of this machine, as it is now. */
export function machineNames(): Pick<OwnNamesSources, 'machineName' | 'addresses'> {
  const found = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const addresses = found.filter(({ internal }) => !internal).map(({ address }) => address);
  return { machineName: hostname(), addresses: addresses.filter((address) => !/^fe80:/i.test(address)) };
}

/** A certificate knows no zones (`fe80::1%eth0`), and names of letters, digits and a few signs. */
function isCertifiable(name: string): boolean {
  return isIP(name) === 0 ? /^[a-z0-9_-][a-z0-9_.-]*$/i.test(name) : !name.includes('%');
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
