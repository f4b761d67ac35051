import { isGatewayError } from '@fieldwarden/core';
import type { CheckedDevice, CheckPlace, DriverFinding } from '@fieldwarden/driver';
import { checkTlsFiles, parseBrokerUrl, type BrokerAddress } from '@fieldwarden/mqtt-link';
import type { MqttDeviceOptions, MqttOptions } from './options.js';

/** Rules beyond the schemas: what would connect to nowhere or in plain text, and what MQTT cannot do. */
export function checkMqttOptions(
  options: MqttOptions,
  devices: readonly CheckedDevice<MqttDeviceOptions>[],
  place: CheckPlace,
): readonly DriverFinding[] {
  return [...optionFindings(options, place), ...devices.flatMap((device, d) => verifyFindings(device, d))];
}

function optionFindings(options: MqttOptions, place: CheckPlace): readonly DriverFinding[] {
  const { username, password, url } = options;
  const findings: DriverFinding[] = [];
  const find = (severity: DriverFinding['severity'], field: string, rule: string, message: string): void =>
    void findings.push({ path: ['options', field], rule, message, severity });
  let address: BrokerAddress | undefined;
  try {
    address = parseBrokerUrl(url);
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    find('error', 'url', 'mqtt-url', error.message);
  }
  if (address) findings.push(...tlsFindings(options, address, place));
  if (password !== undefined && username === undefined)
    find(
      'error',
      'password',
      'mqtt-password-without-user',
      'a password needs a username: brokers take one only with the other',
    );
  if (password !== undefined && address && !address.isEncrypted && !isLocal(address.host)) {
    const message = `the password travels to ${address.host} in clear text; mqtts or wss hide it`;
    find('warning', 'url', 'mqtt-password-in-clear', message);
  }
  return findings;
}

function tlsFindings(
  { tls }: MqttOptions,
  { isEncrypted, isWebSocket, scheme }: BrokerAddress,
  { looksAtFiles }: CheckPlace,
): readonly DriverFinding[] {
  if (!isEncrypted && Object.values(tls).some((setting) => setting !== null)) {
    const message = `${scheme} is plain text, and these settings would not be used; write ${scheme === 'ws' ? 'wss' : 'mqtts'}, or leave tls out`;
    return [{ path: ['options', 'tls'], rule: 'mqtt-tls-in-clear', message, severity: 'error' }];
  }
  if (isWebSocket && tls.alpn !== null) {
    const message =
      'ALPN tells MQTT from others over mqtts; a WebSocket says it in its own handshake: leave tls.alpn out';
    return [{ path: ['options', 'tls', 'alpn'], rule: 'mqtt-alpn', message, severity: 'error' }];
  }
  if (!looksAtFiles) return [];
  return checkTlsFiles(tls, Date.now()).map(({ field, rule, message, severity }) => ({
    path: ['options', 'tls', field],
    rule,
    message,
    severity,
  }));
}

/** A topic can't be read when somebody wants to: what comes next may be older than the write. */
function verifyFindings({ tags }: CheckedDevice<MqttDeviceOptions>, d: number): readonly DriverFinding[] {
  return tags.flatMap((tag, t) =>
    tag.verify
      ? [
          {
            path: ['devices', d, 'tags', t, 'verify'],
            rule: 'mqtt-verify',
            message: 'a topic cannot be read back; options.write.ackTopic tells what became of a write',
            severity: 'error' as const,
          },
        ]
      : [],
  );
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
