import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import { GatewayError } from '@fieldwarden/core';
import { MessageSecurityMode, RegisterServerMethod, SecurityPolicy, type OPCUACertificateManager } from 'node-opcua';
import { claimedProfiles, localeIds } from '../claims/profiles.js';
import { buildDate } from '../claims/server-object.js';
import { doorLimits } from '../door/door-limits.js';
import { maxEventQueueSize } from '../items/queue-budget.js';
import { maxHistoryContinuationPoints } from '../history/continuations.js';
import type { GatewayServerOptions } from './gateway-server.js';
import { wildcards } from '@fieldwarden/certificates';
import type { AnonymousAccess } from '../users/anonymous.js';

export interface OpcuaOutletOptions {
  /** Address to bind; nothing else is listened on. */
  readonly host: string;
  /** 0 = a free port. */
  readonly port: number;
  /** Names the namespace: `urn:fieldwarden:<site>`. */
  readonly site: string;
  /** `<home>/pki`: gets own, trusted, issuers and rejected. */
  readonly pkiDir: string;
  /** Names as OPC 10000-7 has them: `Basic256Sha256`, `Aes128_Sha256_RsaOaep`, `Aes256_Sha256_RsaPss`, `None`. Others are refused. */
  readonly securityPolicies: readonly string[];
  /** Sessions without a user. */
  readonly anonymous: AnonymousAccess;
  /** Names and addresses of the server beside the machine's own; the first is the one it goes by. */
  readonly hostNames?: readonly string[];
  /** Whether acts on drivers and configuration are offered as methods. Default: yes. */
  readonly methods?: boolean;
  /** Whether alarms are shown as conditions. Default: yes, where the outlet is given alarms. */
  readonly alarms?: boolean;
  /** Version of the product, for BuildInfo. */
  readonly version: string;
  /** A peer that connects and has no session after this is cut. Default 10,000; at least 2,000. */
  readonly handshakeTimeoutMs?: number;
}

export interface CertificateManagers {
  readonly server: OPCUACertificateManager;
  readonly user: OPCUACertificateManager;
}

const resourcePath = '/fieldwarden';

export const defaultHandshakeTimeoutMs = 10_000;

/** What one client, and all of them together, may take. */
const limits = {
  maxSessions: 100,
  maxSubscriptions: 1_000,
  maxSubscriptionsPerSession: 100,
  /** About 5 kB each. */
  maxMonitoredItems: 300_000,
  maxMonitoredItemsPerSubscription: 200_000,
  maxMonitoredItemsQueueSize: maxEventQueueSize,
  maxBrowseContinuationPoints: 50,
  operationLimits: {
    maxNodesPerRead: 10_000,
    maxNodesPerWrite: 10_000,
    maxNodesPerBrowse: 1_000,
    maxNodesPerMethodCall: 100,
    maxNodesPerRegisterNodes: 10_000,
    maxNodesPerTranslateBrowsePathsToNodeIds: 1_000,
    maxMonitoredItemsPerCall: 10_000,
  },
  /** 0 = changes go out as they come; see change-driven.ts. */
  minSupportedSampleRate: 0,
};

/** Most clients are one application at one address; whoever takes more takes it from others. */
const sessionLimits = { maxSessions: limits.maxSessions, maxSessionsPerAddress: 80, maxSessionsPerApplication: 50 };

/** More than the door lets in: it is the door that decides. */
const maxConnectionsPerEndpoint = 2 * doorLimits.connections;

const transportSettings = {
  adjustTransportLimits: (hello: TransportLimits): TransportLimits => ({
    receiveBufferSize: between(hello.receiveBufferSize, 8_192, 65_536),
    sendBufferSize: between(hello.sendBufferSize, 8_192, 65_536),
    maxMessageSize: between(hello.maxMessageSize, 8_192, 16 * 1_048_576),
    maxChunkCount: between(hello.maxChunkCount, 1, 2_048),
  }),
};

interface TransportLimits {
  readonly receiveBufferSize: number;
  readonly sendBufferSize: number;
  readonly maxMessageSize: number;
  readonly maxChunkCount: number;
}

/** 0 means "no limit" in a Hello: then ours counts. */
const between = (asked: number, low: number, high: number): number =>
  asked === 0 ? high : Math.min(Math.max(asked, low), high);

/** Throws kind `config` for a policy that is unknown or broken (Basic128Rsa15, Basic256), and for none at all. */
export function securityPolicies(names: readonly string[]): SecurityPolicy[] {
  const known: Readonly<Partial<Record<string, SecurityPolicy>>> = {
    None: SecurityPolicy.None,
    Basic256Sha256: SecurityPolicy.Basic256Sha256,
    Aes128_Sha256_RsaOaep: SecurityPolicy.Aes128_Sha256_RsaOaep,
    Aes256_Sha256_RsaPss: SecurityPolicy.Aes256_Sha256_RsaPss,
  };
  const choice = `use ${Object.keys(known).join(', ')}`;
  if (names.length === 0) throw badPolicy(`OPC UA needs at least one security policy; ${choice}`);
  return names.map((name) => {
    const policy = known[name];
    if (policy === undefined) throw badPolicy(`OPC UA security policy ${name} is not supported; ${choice}`);
    return policy;
  });
}

function badPolicy(message: string): GatewayError {
  return new GatewayError({ code: 'OPCUA_SECURITY_POLICY', kind: 'config', message });
}

/** Of a server that has no certificate yet. */
export function newApplicationUri(): string {
  return `urn:${hostname()}:fieldwarden`;
}

export function serverOptions(
  options: OpcuaOutletOptions,
  managers: CertificateManagers,
  uri: string,
): GatewayServerOptions {
  const policies = securityPolicies(options.securityPolicies);
  return {
    host: options.host,
    hostname: reachableNames(options)[0],
    hostNames: reachableNames(options),
    port: options.port,
    resourcePath,
    timeout: options.handshakeTimeoutMs ?? defaultHandshakeTimeoutMs,
    maxConnectionsPerEndpoint,
    securityPolicies: policies,
    securityModes: securityModes(policies),
    anonymous: options.anonymous,
    serverCertificateManager: managers.server,
    userCertificateManager: managers.user,
    serverInfo: {
      applicationUri: uri,
      productUri: 'urn:fieldwarden',
      applicationName: { text: `Fieldwarden ${options.site}` },
    },
    buildInfo: {
      buildDate: buildDate(),
      productName: 'Fieldwarden',
      productUri: 'urn:fieldwarden',
      manufacturerName: 'Fieldwarden',
      softwareVersion: options.version,
      buildNumber: options.version,
    },
    serverCapabilities: {
      ...limits,
      serverProfileArray: claimedProfiles(options),
      localeIdArray: localeIds,
      maxHistoryContinuationPoints,
    },
    sessionLimits,
    maxMonitoredItems: limits.maxMonitoredItems,
    ...limits.operationLimits,
    transportSettings,
    registerServerMethod: RegisterServerMethod.HIDDEN,
  };
}

function securityModes(policies: readonly SecurityPolicy[]): MessageSecurityMode[] {
  const secured = policies.some((policy) => policy !== SecurityPolicy.None);
  return [
    ...(policies.includes(SecurityPolicy.None) ? [MessageSecurityMode.None] : []),
    ...(secured ? [MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt] : []),
  ];
}

/** What clients are told to connect to, in the form of a URL; the first one before the others. */
function reachableNames({ host, hostNames = [] }: OpcuaOutletOptions): readonly string[] {
  if (hostNames.length > 0) return hostNames.map(urlHost);
  return [wildcards.has(host) ? hostname() : urlHost(host)];
}

const urlHost = (name: string): string => (isIPv6(name) ? `[${name}]` : name);
