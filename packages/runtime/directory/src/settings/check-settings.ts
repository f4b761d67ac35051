import { isIP } from 'node:net';
import { isGatewayError } from '@fieldwarden/core';
import { areaFindings, type PlantFacts, type ServiceFinding } from '@fieldwarden/service';
import { hostOf, isSecure } from '../ldap/ldap-url.js';
import { normalisedDn } from '../roles/distinguished-name.js';
import { dnKey } from '../roles/role-map.js';
import type { AccessSettings } from './access-settings.js';
import { readCaFile } from './ca-file.js';
import type { LdapSettings } from './ldap-settings.js';
import type { OidcSettings } from './oidc-settings.js';

type Path = ServiceFinding['path'];

/** Rules beyond the schema: what would let nobody in, let in more than is meant, or tell passwords to who listens. */
export function checkSettings(
  settings: AccessSettings,
  plant: Pick<PlantFacts, 'looksAtFiles' | 'hasTagIn'>,
): readonly ServiceFinding[] {
  const { roles, ldap, oidc, anonymousConsole } = settings;
  const { looksAtFiles } = plant;
  const findings = [...roleFindings(settings)];
  if (ldap) findings.push(...ldapFindings(ldap));
  if (oidc) findings.push(...oidcFindings(oidc));
  if (looksAtFiles && ldap) findings.push(...caFindings(ldap.caFile, 'ldap'));
  if (looksAtFiles && oidc) findings.push(...caFindings(oidc.caFile, 'oidc'));
  if (roles.length === 0 && (ldap || oidc)) {
    const message = 'no group has a role: nobody of the directory or the provider can sign in; write roles';
    findings.push(warning(['roles'], 'access-no-role', message));
  }
  roles.forEach(({ areas }, i) => findings.push(...areaFindings(areas, ['roles', i, 'areas'], plant)));
  if (anonymousConsole) {
    const message =
      'everybody who reaches the console sees every value and the whole configuration, without signing in';
    findings.push(warning(['anonymousConsole'], 'access-anonymous-console', message));
  }
  return findings;
}

function roleFindings({ roles, ldap, oidc }: AccessSettings): readonly ServiceFinding[] {
  const findings: ServiceFinding[] = [];
  const seen = new Map<string, number>();
  roles.forEach(({ role, areas, groups }, i) => {
    groups.forEach((group, j) => {
      const path = ['roles', i, 'groups', j];
      const key = `${role} ${ldap ? dnKey(group) : group}`;
      const first = seen.get(key);
      if (first === i || (first !== undefined && sameAreas(roles[first].areas, areas))) {
        findings.push(error(path, 'access-group-twice', `${group} has the role ${role} already, by roles[${first}]`));
      } else seen.set(key, i);
      if (ldap && !oidc && normalisedDn(group) === undefined) {
        const message = `${group} is no distinguished name; the directory knows groups by theirs: cn=operators,ou=groups,dc=plant`;
        findings.push(error(path, 'access-group-dn', message));
      }
    });
    if (role === 'admin' && areas.join() !== '**')
      findings.push(warning(['roles', i, 'areas'], 'access-admin-areas', adminAreas));
  });
  return findings;
}

const adminAreas =
  'areas limit the writing of tags and the acknowledging of alarms only: an admin can give itself any area';

const sameAreas = (one: readonly string[], other: readonly string[]): boolean =>
  [...one].sort().join('\n') === [...other].sort().join('\n');

function ldapFindings({ urls, startTls, ...ldap }: LdapSettings): readonly ServiceFinding[] {
  const findings: ServiceFinding[] = [];
  urls.forEach((url, i) => {
    const path = ['ldap', 'urls', i];
    const host = hostOf(url);
    if (host === undefined)
      findings.push(error(path, 'access-ldap-url', `${url} is not ldap://host:port or ldaps://host:port`));
    else if (!isSecure(url) && !startTls && !isLoopback(host))
      findings.push(
        error(
          path,
          'access-ldap-in-clear',
          `passwords would travel to ${host} in clear text; write ldaps:// or startTls: true`,
        ),
      );
  });
  const { bindDn, bindPassword, userBase, groupBase } = ldap;
  if (bindDn !== null && !bindPassword)
    findings.push(error(['ldap', 'bindPassword'], 'access-ldap-bind-password', withoutPassword));
  if (bindDn === null && bindPassword !== null)
    findings.push(error(['ldap', 'bindPassword'], 'access-ldap-bind-dn', 'a password needs its account: bindDn'));
  for (const [field, dn] of Object.entries({ bindDn, userBase, groupBase })) {
    // Active Directory also takes name@domain and DOMAIN\name for an account
    const isOtherName = field === 'bindDn' && /[@\\]/.test(dn ?? '');
    if (dn !== null && !isOtherName && normalisedDn(dn) === undefined)
      findings.push(
        error(
          ['ldap', field],
          'access-ldap-dn',
          `${JSON.stringify(dn)} is no distinguished name, as ou=people,dc=plant is`,
        ),
      );
  }
  return findings;
}

const withoutPassword =
  'an account without a password is nobody: the directory would answer as it does strangers; write bindPassword, or leave bindDn out';

function oidcFindings({ issuer, clientSecret }: OidcSettings): readonly ServiceFinding[] {
  const findings: ServiceFinding[] = [];
  const path = ['oidc', 'issuer'];
  const { protocol, hostname, search, hash } = URL.canParse(issuer) ? new URL(issuer) : noUrl;
  if (!/^https?:$/.test(protocol) || search !== '' || hash !== '')
    findings.push(error(path, 'access-oidc-issuer', `${issuer} is no issuer: write https://host/path`));
  else if (protocol === 'http:' && !isLoopback(hostname.replace(/^\[|\]$/g, '')))
    findings.push(
      error(path, 'access-oidc-in-clear', `who listens could sign in as anybody; write https://${hostname}`),
    );
  if (clientSecret === '')
    findings.push(
      error(['oidc', 'clientSecret'], 'access-oidc-secret', 'the secret is empty; leave it out for a public client'),
    );
  return findings;
}

const noUrl = { protocol: '', hostname: '', search: '', hash: '' };

function caFindings(file: string | null, section: 'ldap' | 'oidc'): readonly ServiceFinding[] {
  try {
    readCaFile(file);
    return [];
  } catch (failure) {
    if (!isGatewayError(failure)) throw failure;
    return [error([section, 'caFile'], 'access-ca-file', failure.message)];
  }
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function error(path: Path, rule: string, message: string): ServiceFinding {
  return { path, rule, message, severity: 'error' };
}

function warning(path: Path, rule: string, message: string): ServiceFinding {
  return { path, rule, message, severity: 'warning' };
}
