import { isGatewayError } from '@fieldwarden/core';
import { checkTlsFiles, parseBrokerUrl, topicFault, type BrokerAddress } from '@fieldwarden/mqtt-link';
import { areaFindings, type PlantFacts, type ServiceFinding, type ServiceSettings } from '@fieldwarden/service';
import { clientIdOf, type MqttOutletSettings } from './settings.js';
import { topicBytesLimit, topicsOf } from './topics.js';

/** SPEC §8.1: the longest path that a tag can have: 8 segments of 64 characters. */
const longestPathBytes = 8 * 64 + 7;

/** Rules beyond the schema: what would connect to nowhere, in plain text, or be refused by every broker. */
export function checkSettings(
  settings: MqttOutletSettings,
  plant: Pick<PlantFacts, 'site' | 'looksAtFiles' | 'hasTagIn'>,
): readonly ServiceFinding[] {
  const { username, password, root, commands } = settings;
  const { site, looksAtFiles } = plant;
  const findings: ServiceFinding[] = [];
  const error = (path: ServiceFinding['path'], rule: string, message: string): void =>
    void findings.push({ path, rule, message, severity: 'error' });
  const address = addressOf(settings, error);
  if (address) findings.push(...tlsFindings(settings, address, looksAtFiles));
  if (password !== undefined && username === undefined)
    error(
      ['password'],
      'mqtt-password-without-user',
      'a password needs a username: brokers take one only with the other',
    );
  if (password !== undefined && address && !address.isEncrypted && !isLocal(address.host))
    findings.push({
      path: ['url'],
      rule: 'mqtt-password-in-clear',
      message: `the password travels to ${address.host} in clear text; mqtts or wss hide it`,
      severity: 'warning',
    });
  const topics = topicsOf(root, site);
  const fault = rootFault(root);
  if (fault !== undefined) error(['root'], 'mqtt-root', `${JSON.stringify(root)} is no root of topics: ${fault}`);
  else if (Buffer.byteLength(topics.setResult('')) + longestPathBytes > topicBytesLimit)
    error(['root'], 'mqtt-root', `topics under this root would be longer than ${topicBytesLimit} bytes`);
  if (typeof commands === 'object') findings.push(...areaFindings(commands.areas, ['commands', 'areas'], plant));
  return findings;
}

/** What two outlets at one broker cannot both be: a broker ends the connection of a client when another one comes with its id, and hosts take two nodes of one name for one. */
export function checkOutlets(
  instances: readonly ServiceSettings<MqttOutletSettings>[],
  { site }: Pick<PlantFacts, 'site'>,
): readonly ServiceFinding[] {
  const clients = new Map<string, string>();
  const nodes = new Map<string, string>();
  return instances.flatMap(({ id, settings }, i) => {
    const broker = brokerOf(settings.url);
    const clientId = clientIdOf(settings, site);
    const findings: ServiceFinding[] = [];
    const sameClient = firstOf(clients, `${broker} ${clientId}`, id);
    if (sameClient !== undefined) {
      const message = `${id} and ${sameClient} would connect to one broker with the same client id ${clientId}, and end each other's connections; give one of them a clientId`;
      findings.push({ path: [i, 'clientId'], rule: 'mqtt-client-id-twice', message, severity: 'error' });
    }
    if (settings.format === 'json') return findings;
    const node = `${settings.sparkplug.group ?? site}/${settings.sparkplug.node}`;
    const sameNode = firstOf(nodes, `${broker} ${node}`, id);
    if (sameNode !== undefined) {
      const message = `${id} and ${sameNode} would be the same Sparkplug node ${node} at one broker; give one of them another sparkplug.node`;
      findings.push({ path: [i, 'sparkplug', 'node'], rule: 'mqtt-sparkplug-node-twice', message, severity: 'error' });
    }
    return findings;
  });
}

/** Who had it before; undefined for the first. */
function firstOf(seen: Map<string, string>, key: string, id: string): string | undefined {
  const first = seen.get(key);
  if (first === undefined) seen.set(key, id);
  return first;
}

/** What a URL that is none says has been told of already. */
function brokerOf(url: string): string {
  try {
    const { host, port } = parseBrokerUrl(url);
    return `${host}:${port}`;
  } catch {
    return url;
  }
}

function addressOf(
  { url }: MqttOutletSettings,
  error: (path: ServiceFinding['path'], rule: string, message: string) => void,
): BrokerAddress | undefined {
  try {
    return parseBrokerUrl(url);
  } catch (failure) {
    if (!isGatewayError(failure)) throw failure;
    error(['url'], 'mqtt-url', failure.message);
    return undefined;
  }
}

function tlsFindings(
  { tls }: MqttOutletSettings,
  { isEncrypted, isWebSocket, scheme }: BrokerAddress,
  looksAtFiles: boolean,
): readonly ServiceFinding[] {
  if (!isEncrypted && Object.values(tls).some((setting) => setting !== null)) {
    const message = `${scheme} is plain text, and these settings would not be used; write ${scheme === 'ws' ? 'wss' : 'mqtts'}, or leave tls out`;
    return [{ path: ['tls'], rule: 'mqtt-tls-in-clear', message, severity: 'error' }];
  }
  if (isWebSocket && tls.alpn !== null) {
    const message =
      'ALPN tells MQTT from others over mqtts; a WebSocket says it in its own handshake: leave tls.alpn out';
    return [{ path: ['tls', 'alpn'], rule: 'mqtt-alpn', message, severity: 'error' }];
  }
  if (!looksAtFiles) return [];
  return checkTlsFiles(tls, Date.now()).map(({ field, rule, message, severity }) => ({
    path: ['tls', field],
    rule,
    message,
    severity,
  }));
}

function rootFault(root: string): string | undefined {
  if (root.startsWith('$')) return 'it begins with $, which brokers keep for themselves';
  if (root.startsWith('/') || root.endsWith('/') || root.includes('//')) return 'it has an empty level';
  if (/^spBv1\.0(\/|$)/.test(root)) return 'it is that of Sparkplug';
  return topicFault(root);
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
