import type { AlarmStatistics } from '@fieldwarden/alarms';
import type { Driver, HostRow } from '@fieldwarden/admin-contract';
import type { ScalarType, TagValue } from '@fieldwarden/core';
import type { ServiceFacts } from '@fieldwarden/services';
import type { GatewayFacts } from '../gateway-facts.js';

/** One system tag of one kind of thing: what it is called, how it is shown, where its value comes from. */
export interface SystemTagSpec<Source> {
  /** Last segment of the path. */
  readonly name: string;
  readonly type: ScalarType;
  readonly unit?: string;
  readonly description: string;
  readonly access?: 'read-write';
  /** Null: there is no such value at present; the tag is then BadNoDataAvailable. */
  readonly read: (source: Source) => TagValue | null;
}

/** `_system/…` */
export const gatewayTags: readonly SystemTagSpec<GatewayFacts>[] = [
  { name: 'version', type: 'string', description: 'Version of the gateway', read: ({ version }) => version },
  { name: 'site', type: 'string', description: 'Site that the plant document names', read: ({ site }) => site },
  { name: 'startedAt', type: 'datetime', description: 'Start of the gateway', read: ({ startedAtMs }) => startedAtMs },
  { name: 'uptimeSeconds', type: 'uint32', unit: 's', description: 'Time since the start of the gateway', read: ({ uptimeMs }) => Math.floor(uptimeMs / 1000) },
  { name: 'memory', type: 'float64', unit: 'B', description: 'Resident memory of the gateway without its Hosts', read: ({ residentBytes }) => residentBytes },
  { name: 'generation', type: 'uint32', description: 'Configuration generation that runs', read: ({ generation }) => generation },
  { name: 'usingStaleConfig', type: 'bool', description: 'The configuration authority is away: the last sealed snapshot runs', read: ({ usingStaleConfig }) => usingStaleConfig },
  { name: 'authority', type: 'string', description: 'Where configuration comes from', read: ({ authority }) => authority },
  { name: 'valuesPerSecond', type: 'float64', description: 'Values that came from drivers, over the last seconds', read: ({ valuesPerSecond }) => valuesPerSecond },
  { name: 'plantTags', type: 'uint32', description: 'Tags of the plant', read: ({ plantTags }) => plantTags },
]; // prettier-ignore

/** `_system/drivers/<id>/…` */
export const driverTags: readonly SystemTagSpec<Driver>[] = [
  { name: 'state', type: 'string', description: 'Unknown, Initializing, Healthy, Degraded, Reconnecting, Faulted or Stopped', read: ({ state }) => state },
  { name: 'enabled', type: 'bool', access: 'read-write', description: 'Whether the driver is to run: writing true starts it, false stops it', read: ({ state }) => state !== 'Stopped' },
  { name: 'isolation', type: 'string', description: 'host or in-process', read: ({ isolation }) => isolation },
  { name: 'pid', type: 'uint32', description: 'Process id of the Host; none in-process', read: ({ pid }) => pid },
  { name: 'spawn', type: 'uint32', description: 'Number of the Host since the gateway started; none in-process', read: ({ spawn }) => spawn },
  { name: 'restarts', type: 'uint32', description: 'Crashes, recycles and restarts by operators since the gateway started', read: ({ restarts: { crash, recycle, operator } }) => crash + recycle + operator },
  { name: 'crashes', type: 'uint32', description: 'Crashes of the Host since the gateway started', read: ({ restarts }) => restarts.crash },
  { name: 'crashLoop', type: 'string', description: 'Crash-loop breaker: closed, open or half-open', read: ({ crashLoop }) => crashLoop },
  { name: 'memory', type: 'float64', unit: 'B', description: 'Private memory of the Host, or what the session says it holds', read: ({ memory }) => memory.bytes },
  { name: 'memoryBaseline', type: 'float64', unit: 'B', description: 'What is normal for the memory of this driver', read: ({ memory }) => memory.baselineBytes },
  { name: 'memorySoft', type: 'float64', unit: 'B', description: 'Soft limit of the memory', read: ({ memory }) => memory.softBytes },
  { name: 'memoryHard', type: 'float64', unit: 'B', description: 'Hard limit of the memory', read: ({ memory }) => memory.hardBytes },
  { name: 'memoryState', type: 'string', description: 'Warming, Normal, Soft or Hard', read: ({ memory }) => memory.state },
  { name: 'cpu', type: 'float64', unit: '%', description: 'CPU of the Host, of one core', read: ({ cpuPercent }) => roundedOrNull(cpuPercent) },
  { name: 'heartbeatMs', type: 'float64', unit: 'ms', description: 'Time since the last sign of life of the Host', read: ({ heartbeatMs }) => heartbeatMs },
  { name: 'pending', type: 'uint32', description: 'Calls of capabilities under way and waiting', read: ({ pending }) => pending },
  { name: 'progress', type: 'float64', description: 'Exchanges done since the gateway started', read: ({ progress }) => progress },
  { name: 'lastCause', type: 'string', description: 'Why the last Host ended', read: ({ lastCause }) => lastCause },
  { name: 'lastError', type: 'string', description: 'The newest thing that went wrong', read: ({ lastError }) => lastError?.message ?? null },
  { name: 'generation', type: 'uint32', description: 'Configuration generation that the driver runs', read: ({ generation }) => generation },
]; // prettier-ignore

/** `_system/devices/<driver>/<device>/…` */
export const deviceTags: readonly SystemTagSpec<HostRow>[] = [
  { name: 'state', type: 'string', description: 'connected, demoted, unreachable, unknown or disabled', read: ({ deviceState }) => deviceState },
  { name: 'demoted', type: 'bool', description: 'Off-scan until it answers a probe', read: ({ deviceState }) => deviceState === 'demoted' },
  { name: 'breaker', type: 'string', description: 'closed, open or half-open', read: ({ breaker }) => breaker },
  { name: 'failures', type: 'uint32', description: 'Failures in a row', read: ({ consecutiveFailures }) => consecutiveFailures },
  { name: 'alert', type: 'bool', description: 'More than half of the failures that open the breaker', read: ({ alert }) => alert },
  { name: 'lastBreakerOpenAt', type: 'datetime', description: 'When the breaker last opened', read: ({ lastBreakerOpenAt }) => msOrNull(lastBreakerOpenAt) },
  { name: 'bulkheadDepth', type: 'uint32', description: 'Calls under way and waiting', read: ({ bulkheadDepth }) => bulkheadDepth },
  { name: 'requestedIntervalMs', type: 'float64', unit: 'ms', description: 'Scan interval asked for, of the fastest scan class', read: ({ requestedScanMs }) => requestedScanMs },
  { name: 'achievedIntervalMs', type: 'float64', unit: 'ms', description: 'What that scan class achieves', read: ({ achievedScanMs }) => achievedScanMs },
  { name: 'overruns', type: 'uint32', description: 'Scans that were due while the one before was still under way', read: ({ overruns }) => overruns },
  { name: 'retries', type: 'uint32', description: 'Attempts after the first one of a call', read: ({ retries }) => retries },
  { name: 'lateReplies', type: 'uint32', description: 'Answers that came after their call had been given up', read: ({ lateReplies }) => lateReplies },
]; // prettier-ignore

/** `_system/services/<id>/…` */
export const serviceTags: readonly SystemTagSpec<ServiceFacts>[] = [
  { name: 'state', type: 'string', description: 'Initializing, Healthy, Degraded, Reconnecting, Faulted or Stopped', read: ({ state }) => state },
  { name: 'reason', type: 'string', description: 'Why it is not Healthy; none when it is, or was stopped', read: ({ reason }) => reason },
  { name: 'isolation', type: 'string', description: 'host or in-process', read: ({ isolation }) => isolation },
  { name: 'pid', type: 'uint32', description: 'Process id of the Host; none in-process', read: ({ pid }) => pid },
  { name: 'spawn', type: 'uint32', description: 'How often it was started since the gateway was', read: ({ spawn }) => spawn },
  { name: 'restarts', type: 'uint32', description: 'Crashes, recycles and restarts by operators since the gateway started', read: ({ restarts: { crash, recycle, operator } }) => crash + recycle + operator },
  { name: 'crashes', type: 'uint32', description: 'Crashes since the gateway started', read: ({ restarts }) => restarts.crash },
  { name: 'crashLoop', type: 'string', description: 'Crash-loop breaker: closed, open or half-open', read: ({ crashLoop }) => crashLoop },
  { name: 'memory', type: 'float64', unit: 'B', description: 'Private memory of the Host', read: ({ memoryBytes }) => memoryBytes },
  { name: 'cpu', type: 'float64', unit: '%', description: 'CPU of the Host, of one core', read: ({ cpuPercent }) => roundedOrNull(cpuPercent) },
  { name: 'conflated', type: 'float64', description: 'Changes of tags that newer ones replaced before it could be told of them', read: ({ conflatedValues }) => conflatedValues },
  { name: 'lastCause', type: 'string', description: 'Why it last ended', read: ({ lastCause }) => lastCause },
  { name: 'lastError', type: 'string', description: 'The newest thing that went wrong', read: ({ lastError }) => lastError?.message ?? null },
  { name: 'url', type: 'string', description: 'Where others reach it; none while it does not work', read: ({ address }) => address?.url ?? null },
]; // prettier-ignore

/** `_system/alarms/…` */
export const alarmTags: readonly SystemTagSpec<AlarmStatistics>[] = [
  { name: 'active', type: 'uint32', description: 'Alarms that are active', read: ({ active }) => Object.values(active).reduce((sum, each) => sum + each, 0) },
  { name: 'critical', type: 'uint32', description: 'Active alarms of priority critical', read: ({ active }) => active.critical },
  { name: 'high', type: 'uint32', description: 'Active alarms of priority high', read: ({ active }) => active.high },
  { name: 'medium', type: 'uint32', description: 'Active alarms of priority medium', read: ({ active }) => active.medium },
  { name: 'low', type: 'uint32', description: 'Active alarms of priority low', read: ({ active }) => active.low },
  { name: 'diagnostic', type: 'uint32', description: 'Active alarms of priority diagnostic', read: ({ active }) => active.diagnostic },
  { name: 'unacknowledged', type: 'uint32', description: 'Alarms that nobody has acknowledged', read: ({ unacknowledged }) => unacknowledged },
  { name: 'shelved', type: 'uint32', description: 'Alarms that somebody has shelved', read: ({ shelved }) => shelved },
  { name: 'suppressed', type: 'uint32', description: 'Alarms that are suppressed by design', read: ({ suppressed }) => suppressed },
  { name: 'outOfService', type: 'uint32', description: 'Alarms that are out of service', read: ({ outOfService }) => outOfService },
  { name: 'disabled', type: 'uint32', description: 'Conditions that somebody has disabled', read: ({ disabled }) => disabled },
  { name: 'activationsPer10Min', type: 'uint32', description: 'Activations in the last ten minutes', read: ({ activationsPer10Min }) => activationsPer10Min },
  { name: 'flood', type: 'bool', description: 'An area has more than ten activations in the last ten minutes', read: ({ floods }) => floods.length > 0 },
  { name: 'floodAreas', type: 'string', description: 'Those areas, with commas', read: ({ floods }) => floods.map(({ area }) => area || '-').join(', ') },
  { name: 'standing', type: 'uint32', description: 'Alarms active for more than 24 hours', read: ({ standing }) => standing.length },
  { name: 'chattering', type: 'uint32', description: 'Alarms that became active three times within 60 s, in the last ten minutes', read: ({ chattering }) => chattering.length },
]; // prettier-ignore

/** To a tenth: more would change all the time. */
function roundedOrNull(percent: number | null): number | null {
  return percent === null ? null : Math.round(percent * 10) / 10;
}

function msOrNull(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}
