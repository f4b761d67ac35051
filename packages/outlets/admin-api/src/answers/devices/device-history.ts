import type { TagHistory } from '@fieldwarden/admin-contract';
import {
  GatewayError,
  isBad,
  isNumericColumn,
  statusName,
  toJsonValue,
  type ScalarType,
  type StatusCode,
  type TagValue,
} from '@fieldwarden/core';
import type { Aggregate, HistoricalValue, HistoryPage } from '@fieldwarden/driver';
import type { DriverInstance } from '@fieldwarden/instances';
import type { DeviceInvoker } from '@fieldwarden/invoker';
import { NotAvailable, type TagDefinition } from '@fieldwarden/gateway-contract';
import type { DeviceHistoryQuery } from '../../control/device-control.js';
import { runningDevice } from './running-device.js';

/** How far back a device is asked when nobody says. */
const defaultRangeMs = 3_600_000;

export interface HistoryRequest {
  readonly definition: TagDefinition;
  readonly query: DeviceHistoryQuery;
  readonly correlationId: string;
  /** ms since 1970 UTC. */
  readonly nowMs: number;
}

/** One page of what a device remembers of a tag, in the units and in the form in which the tag is read. */
export async function deviceHistory(
  instances: ReadonlyMap<string, DriverInstance>,
  request: HistoryRequest,
): Promise<TagHistory> {
  const { definition, query } = request;
  const { path, driverId, deviceId } = definition;
  if (driverId === null || deviceId === null) throw unsupported(`tag ${path} belongs to no device`);
  const { instance, invoker } = runningDevice(instances, driverId, deviceId);
  const capability = query.processed ? 'readProcessed' : 'readRaw';
  if (instance.services.lacks(capability))
    throw unsupported(
      `driver ${driverId} cannot ask its devices for ${query.processed ? 'aggregates' : 'what they remember'}`,
    );
  const { values, continuation = null } = await pageOf(invoker, request);
  const points = values.map((row) => historyPoint(row, definition, query.processed?.aggregate));
  return {
    schema: 'fieldwarden/tag-history@1',
    path,
    source: 'device',
    keptFrom: null,
    points,
    nextCursor: continuation,
  };
}

async function pageOf(
  invoker: DeviceInvoker,
  { definition: { path, address, options, rawType, scaling }, query, correlationId, nowMs }: HistoryRequest,
): Promise<HistoryPage> {
  const { limit, cursor: continuation, processed, toMs = nowMs, fromMs = toMs - defaultRangeMs } = query;
  const point = { path, address, type: rawType, options };
  const asked = { fromMs, toMs, limit, continuation };
  if (!processed) return await invoker.readRaw(point, { ...asked, bounds: false }, correlationId);
  const aggregate = inDevice(processed.aggregate, scaling?.gain);
  return await invoker.readProcessed(point, { ...asked, ...processed, aggregate }, correlationId);
}

/** A negative gain turns the scale around: the greatest value of the tag is the least one in the device. */
function inDevice(aggregate: Aggregate, gain = 1): Aggregate {
  if (gain >= 0) return aggregate;
  if (aggregate === 'minimum') return 'maximum';
  return aggregate === 'maximum' ? 'minimum' : aggregate;
}

function historyPoint(
  { value, status, sourceAtMs }: HistoricalValue,
  definition: TagDefinition,
  aggregate: Aggregate | undefined,
): TagHistory['points'][number] {
  const told = isOfTag(aggregate) ? statusOf(value, status, definition) : status;
  const scaled = aggregate === 'count' ? value : engineeringValue(value, definition);
  return {
    sourceAt: new Date(sourceAtMs).toISOString(),
    value: toJsonValue(scaled, jsonForm(definition, aggregate)),
    status: statusName(told),
    statusCode: told,
  };
}

/** The mean of integers is none, and a count of times is no time. */
function jsonForm({ type }: TagDefinition, aggregate: Aggregate | undefined): ScalarType {
  return isOfTag(aggregate) ? type.scalar : 'float64';
}

function isOfTag(aggregate: Aggregate | undefined): boolean {
  return aggregate === undefined || aggregate === 'minimum' || aggregate === 'maximum';
}

/** As the tag store takes a value for none. */
function statusOf(value: TagValue | null, status: StatusCode, { notAvailable, rawType }: TagDefinition): StatusCode {
  if (!notAvailable || value === null || isBad(status)) return status;
  return new NotAvailable(notAvailable, rawType).statusOf(value) ?? status;
}

/** As the tag store scales what is read. */
function engineeringValue(value: TagValue | null, { scaling, rawType }: TagDefinition): TagValue | null {
  if (!scaling || typeof value !== 'number' || !isNumericColumn(rawType)) return value;
  const { gain, offset, clamp } = scaling;
  const scaled = value * gain + offset;
  return clamp ? Math.min(Math.max(scaled, clamp.low), clamp.high) : scaled;
}

function unsupported(message: string): GatewayError {
  return new GatewayError({ code: 'HISTORY_UNSUPPORTED', kind: 'unsupported', message });
}
