import { hostFault, plainHost } from '@fieldwarden/core';
import { ApplicationDescription, EndpointDescription } from 'node-opcua';

/** A host name has at most 253 characters; the rest is scheme, port and path. */
const maxUrlLength = 1_024;

/**
 * Endpoints under the host and port by which the client asked (OPC 10000-4, 5.5.4.2: the server uses them to determine what URLs to return).
 * It reached the gateway by them; the gateway's own name may mean nothing to it: in a container, behind NAT, without DNS. Undefined where
 * the URL names no host.
 */
export function endpointsFor(
  askedUrl: string | null | undefined,
  own: readonly EndpointDescription[],
): EndpointDescription[] | undefined {
  const authority = authorityOf(askedUrl);
  if (authority === undefined) return undefined;
  return withDiscovery(own.map((endpoint) => underAuthority(authority, endpoint)));
}

/** Each endpoint under each of the names, in their order, at its own port. */
export function endpointsUnder(
  hostNames: readonly string[],
  own: readonly EndpointDescription[],
): EndpointDescription[] {
  return withDiscovery(
    hostNames.flatMap((name) =>
      own.map((endpoint) => underAuthority(`${name}${portOf(endpoint.endpointUrl)}`, endpoint)),
    ),
  );
}

/** Each endpoint can be asked for the others (OPC 10000-4, 7.2). */
function withDiscovery(endpoints: readonly EndpointDescription[]): EndpointDescription[] {
  const discoveryUrls = [...new Set(endpoints.map(({ endpointUrl }) => endpointUrl))];
  return endpoints.map((endpoint) => {
    const server = new ApplicationDescription(endpoint.server);
    server.discoveryUrls = discoveryUrls;
    return Object.assign(endpoint, { server });
  });
}

function underAuthority(authority: string, endpoint: EndpointDescription): EndpointDescription {
  const mirrored = new EndpointDescription(endpoint);
  mirrored.endpointUrl = `opc.tcp://${authority}${pathOf(endpoint.endpointUrl)}`;
  // A mark of the library's own, which the constructor does not take over: such an endpoint is for discovery only.
  const { restricted } = endpoint as { readonly restricted?: boolean };
  return Object.assign(mirrored, { restricted });
}

function authorityOf(url: string | null | undefined): string | undefined {
  if (!url || url.length > maxUrlLength) return undefined;
  const [, host, port] = /^opc\.tcp:\/\/(\[[^\]]*\]|[^/:?#@]+)(:\d{1,5})?(?:[/?#]|$)/i.exec(url) ?? [];
  return host === undefined || hostFault(plainHost(host)) !== undefined ? undefined : `${host}${port ?? ''}`;
}

function portOf(url: string | null): string {
  return /^opc\.tcp:\/\/(?:\[[^\]]*\]|[^/:]+)(:\d+)/i.exec(url ?? '')?.[1] ?? '';
}

function pathOf(url: string | null): string {
  return /^opc\.tcp:\/\/[^/]*(\/.*)$/i.exec(url ?? '')?.[1] ?? '';
}
