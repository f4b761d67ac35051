import type { DriverFinding } from '@fieldwarden/driver';
import type { OpcUaOptions } from './options.js';
import { profiles } from './profiles.js';

/** Options that do not go together, or deserve a second look. */
export function checkOpcUaOptions({
  identity,
  securityMode,
  securityPolicy,
  profile,
  reconnect,
}: OpcUaOptions): readonly DriverFinding[] {
  const { username, password, certFile, keyFile } = identity;
  const findings: DriverFinding[] = [];
  const find = (path: readonly string[], rule: string, severity: DriverFinding['severity'], message: string): void =>
    void findings.push({ path: ['options', ...path], rule, severity, message });
  if (password !== undefined && username === undefined)
    find(['identity', 'password'], 'opcua-identity', 'error', 'a password is of a user: write identity.username, too');
  if ((certFile === undefined) !== (keyFile === undefined))
    find(['identity'], 'opcua-identity', 'error', 'a user certificate is certFile and keyFile together');
  if (username !== undefined && certFile !== undefined)
    find(['identity'], 'opcua-identity', 'error', 'a user signs in by a password or by a certificate, not by both');
  if (securityMode === 'None' && securityPolicy !== 'auto')
    find(
      ['securityPolicy'],
      'opcua-security',
      'warning',
      'without security (securityMode None) the policy has no effect',
    );
  if (securityMode === 'None' && username !== undefined)
    find(
      ['securityMode'],
      'opcua-security',
      'warning',
      'without security everything the driver reads and writes can be read and changed on the way',
    );
  if (reconnect.maxMs < reconnect.initialMs)
    find(['reconnect', 'maxMs'], 'opcua-reconnect', 'error', 'the longest pause is shorter than the first');
  if (profiles[profile].isUnverified)
    find(
      ['profile'],
      'opcua-profile',
      'warning',
      `limits of ${profiles[profile].name} are from its manual: nobody has tried them against one. What the server itself says goes before`,
    );
  return findings;
}
