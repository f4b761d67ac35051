import type { ServiceFinding } from '@fieldwarden/service';
import type { HistorySettings } from '../settings.js';
import { urlFault } from './database-url.js';

/** Rules beyond the schema. The URL is in no message. */
export function databaseFindings({ url, layout }: Pick<HistorySettings, 'url' | 'layout'>): readonly ServiceFinding[] {
  const findings: ServiceFinding[] = [];
  const fault = url === null ? undefined : urlFault(url);
  if (fault !== undefined) {
    const message = `no database can be found by this URL: ${fault}; expected: postgres://user:password@host:5432/database`;
    findings.push({ path: ['url'], rule: 'history-url', message, severity: 'error' });
  }
  if (layout === 'blocks') {
    const message = 'blocks are not written to a database yet; values are written as rows';
    findings.push({ path: ['layout'], rule: 'history-layout', message, severity: 'warning' });
  }
  return findings;
}
