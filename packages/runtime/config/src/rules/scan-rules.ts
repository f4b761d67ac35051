import type { DeviceDocument, DriverDocument } from '../document/driver-schema.js';
import type { FieldPath, Findings } from './findings.js';
import { requestTimeoutMs } from './resilience-rules.js';
import { isUnsound, type SoundPart } from '../document/schema-walk.js';
import { tagDefaults } from '../document/tag-schema.js';

/** Few PLCs renew their process image faster than this; a scan below it mostly reads the same values again. */
const fastScanMs = 50;

/** A lost reply that costs more scans than this is worth a thought; below, it is how fast scans are. */
const maxScansPerTimeout = 5;

/** Intervals that can hardly be kept, told once per device and interval. */
export function checkScans(
  driver: SoundPart<DriverDocument>,
  options: unknown,
  path: FieldPath,
  findings: Findings,
): void {
  for (const [i, device] of (driver.devices ?? []).entries()) {
    for (const scan of scanClasses(device?.tags ?? [])) {
      tellScan(scan, requestTimeoutMs(options), [...path, 'devices', i, 'tags', scan.firstTag, 'scanMs'], findings);
    }
  }
}

interface ScanClass {
  readonly scanMs: number;
  readonly firstTag: number;
  tags: number;
}

function scanClasses(tags: NonNullable<SoundPart<DeviceDocument>['tags']>): Iterable<ScanClass> {
  const byInterval = new Map<number, ScanClass>();
  for (const [i, tag] of tags.entries()) {
    if (tag === undefined || isUnsound(tag, 'scanMs')) continue;
    const scanMs = tag.scanMs ?? tagDefaults.scanMs;
    const known = byInterval.get(scanMs);
    if (known) known.tags += 1;
    else byInterval.set(scanMs, { scanMs, firstTag: i, tags: 1 });
  }
  return byInterval.values();
}

function tellScan({ scanMs, tags }: ScanClass, timeoutMs: number | undefined, path: FieldPath, findings: Findings) {
  const what = `${tags === 1 ? '1 tag' : `${tags} tags`} of this device every ${scanMs} ms`;
  if (scanMs < fastScanMs) {
    findings.warning(path, 'scan-fast', `${what}: few devices answer or change faster than every ${fastScanMs} ms`);
  }
  if (timeoutMs !== undefined && timeoutMs > maxScansPerTimeout * scanMs) {
    const scans = Math.ceil(timeoutMs / scanMs);
    const message = `${what}, with a request timeout of ${timeoutMs} ms: one lost reply costs up to ${scans} scans`;
    findings.warning(path, 'scan-below-timeout', message);
  }
}
