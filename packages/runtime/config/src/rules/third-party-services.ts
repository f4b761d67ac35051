import type { Finding } from '@fieldwarden/gateway-contract';
import { loadServiceModule, type ServiceRegistry } from '@fieldwarden/service';
import { isRecord } from '../document/schema-walk.js';
import { Findings, type FieldPath, type Locate } from './findings.js';
import { loadFailure, moduleUrl } from './third-party-modules.js';
import { tryModule } from './try-module.js';

/**
 * Registers the services that a plant document brings (`services[].use`), under the names as written. A module that cannot be loaded
 * is a finding of rule `service-not-loaded` with the cause. It is tried in a thread of its own; then its
 * code runs in this process, too, for its schema and rules.
 */
export async function loadThirdPartyServices(
  document: unknown,
  baseDir: string,
  registry: ServiceRegistry,
  locate?: Locate,
): Promise<readonly Finding[]> {
  const findings = new Findings(locate);
  const failed = new Set<string>();
  for (const [use, path] of usesOf(document)) {
    if (registry.get(use) || failed.has(use)) continue;
    try {
      const url = moduleUrl(use, baseDir);
      if (url === undefined) continue;
      await tryModule(url, 'service');
      registry.registerThirdParty(use, { ...(await loadServiceModule(url)), entry: url });
    } catch (error) {
      failed.add(use);
      findings.error(path, 'service-not-loaded', loadFailure(error));
    }
  }
  return findings.list;
}

function* usesOf(document: unknown): Generator<readonly [use: string, path: FieldPath]> {
  if (!isRecord(document) || !Array.isArray(document.services)) return;
  for (const [i, service] of (document.services as unknown[]).entries()) {
    if (isRecord(service) && typeof service.use === 'string') yield [service.use, ['services', i, 'use']];
  }
}
