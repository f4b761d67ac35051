import type { AnonymousAccess } from '../users/anonymous.js';

/** What decides which profiles a server has. */
export interface ProfileSettings {
  /** Names of OPC 10000-7, without the URI. */
  readonly securityPolicies: readonly string[];
  readonly anonymous: AnonymousAccess;
  /** Default: yes. */
  readonly methods?: boolean | undefined;
}

const server = 'http://opcfoundation.org/UA-Profile/Server/';
const userToken = 'http://opcfoundation.org/UA-Profile/Security/UserToken/';
const securityPolicy = 'http://opcfoundation.org/UA/SecurityPolicy#';

/** Whatever is configured. */
const always = [
  'http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary',
  `${server}DataAccess`,
  `${server}EnhancedDataChangeSubscription2017`,
];

/** Names, passwords and certificates of users are taken over encrypted policies only. */
const secured = [
  `${server}EmbeddedUA2017`,
  `${userToken}Server/UserNamePassword`,
  `${userToken}Server/X509Certificate`,
];

/**
 * The profiles that this server has, all of them and no others (ServerProfileArray; OPC 10000-7). `apps/docs/opcua.md` has a row for each
 * of their conformance units.
 */
export function claimedProfiles({ securityPolicies, anonymous, methods = true }: ProfileSettings): string[] {
  const isSecured = securityPolicies.some((policy) => policy !== 'None');
  return [
    ...always,
    ...(methods ? [`${server}Methods`] : []),
    ...(isSecured ? secured : []),
    ...(anonymous === false ? [] : [`${userToken}Anonymous`]),
    ...securityPolicies.map((policy) => `${securityPolicy}${policy}`),
  ];
}

/** Texts are the plant's own, in whatever language it writes; what the server adds is English. */
export const localeIds = ['en'];
