import { SecurityPolicy, UserTokenType, type EndpointDescription, type UserTokenPolicy } from 'node-opcua';
import type { AnonymousAccess } from './anonymous.js';

/** Names, passwords and certificates of users are taken over endpoints with security only; without it nobody knows who reads along. */
export function offerTokens(endpoints: readonly EndpointDescription[], anonymous: AnonymousAccess): void {
  for (const endpoint of endpoints) {
    const secured = (endpoint.securityPolicyUri as SecurityPolicy) !== SecurityPolicy.None;
    const isOffered = ({ tokenType }: UserTokenPolicy): boolean =>
      tokenType === UserTokenType.Anonymous ? anonymous !== false : secured;
    if (!secured) endpoint.securityLevel = 0; // OPC 10000-4, 7.14: not recommended
    endpoint.userIdentityTokens = (endpoint.userIdentityTokens ?? []).filter(isOffered);
  }
}
