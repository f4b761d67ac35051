import { setImmediate as nextTurn } from 'node:timers/promises';
import { GatewayError, statusCodes, ValueColumns, type TagValue } from '@fieldwarden/core';
import type {
  Acknowledgement,
  AlarmSink,
  AlarmSubscription,
  CallContext,
  DiscoveredPage,
  DiscoverQuery,
  DriverSession,
  EventHistoryQuery,
  EventPage,
  HistoricalValue,
  HistoryPage,
  MethodCall,
  MethodResult,
  Point,
  ProcessedHistoryQuery,
  RawHistoryQuery,
  ReadPlan,
  Subscription,
  UpdateSink,
  WriteItem,
  WriteResult,
} from '@fieldwarden/driver';
import { echoEvents, echoRaw, raiseAlarms } from './echo-history.js';

/** Source time of every value, so that a test can compare whole columns. */
export const echoTimeMs = Date.UTC(2030, 0, 1);

/** Batches that a flood pushes in one turn of the event loop: more than there are credits, so that some conflate. */
const floodBurst = 12;

/**
 * A session without a device, whose points say by their addresses what a read gives: `number:1.5`, `text:abc`, `bigint:-1`,
 * `bytes:3`, `bad`, and the sizes `huge:N` (a string of N characters). Device ids choose how calls end: `slow` waits for its
 * signal, `late` does and then succeeds all the same, `failing` throws with a cause, all others succeed at once. Its history and alarms are those of `echo-history.ts`; the
 * only method gives its inputs back.
 */
export class EchoSession implements DriverSession {
  /** Writes that reached this session, oldest first. */
  readonly written: TagValue[] = [];
  readonly sinks: UpdateSink[] = [];
  readonly alarmSinks: AlarmSink[] = [];
  devices: readonly { readonly id: string }[] = [];
  reads = 0;
  /** Plans that were let go, oldest first. */
  readonly released: ReadPlan[] = [];
  closed = false;

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  prepareRead(deviceId: string, points: readonly Point[]): ReadPlan {
    return { deviceId, points };
  }

  releaseRead(plan: ReadPlan): void {
    this.released.push(plan);
  }

  /** One node for what was asked. */
  async discover(deviceId: string, query: DiscoverQuery, call: CallContext): Promise<DiscoveredPage> {
    await behave(deviceId, call);
    return { nodes: [{ address: JSON.stringify(query), name: deviceId, hasChildren: false }], nextCursor: 'next' };
  }

  async read({ deviceId, points }: ReadPlan, into: ValueColumns, call: CallContext): Promise<void> {
    this.reads += 1;
    await behave(deviceId, call);
    points.forEach(({ address }, row) => setEcho(into, row, address));
  }

  async write(deviceId: string, items: readonly WriteItem[], call: CallContext): Promise<readonly WriteResult[]> {
    await behave(deviceId, call);
    for (const { value } of items) this.written.push(value);
    return items.map(() => ({ outcome: 'done', status: statusCodes.Good }));
  }

  probe(deviceId: string, call: CallContext): Promise<void> {
    return behave(deviceId, call);
  }

  async subscribe(
    deviceId: string,
    points: readonly Point[],
    sink: UpdateSink,
    call: CallContext,
  ): Promise<Subscription> {
    await behave(deviceId, call);
    this.sinks.push(sink);
    const columns = new ValueColumns(points.length);
    points.forEach(({ address }, row) => setEcho(columns, row, address));
    sink.push({ length: points.length, rows: Uint32Array.from(points.keys()), columns });
    if (deviceId === 'flood') void this.#flood(sink, points.length);
    return { deviceId };
  }

  unsubscribe(): Promise<void> {
    this.sinks.pop();
    return Promise.resolve();
  }

  async subscribeAlarms(deviceId: string, sink: AlarmSink, call: CallContext): Promise<AlarmSubscription> {
    await behave(deviceId, call);
    this.alarmSinks.push(sink);
    raiseAlarms(deviceId, sink);
    return { deviceId };
  }

  unsubscribeAlarms(): Promise<void> {
    this.alarmSinks.pop();
    return Promise.resolve();
  }

  async acknowledge(
    deviceId: string,
    items: readonly Acknowledgement[],
    call: CallContext,
  ): Promise<readonly WriteResult[]> {
    await behave(deviceId, call);
    return items.map(({ eventId }) =>
      eventId.startsWith('event-')
        ? { outcome: 'done', status: statusCodes.Good }
        : { outcome: 'rejected', status: statusCodes.BadEventIdUnknown },
    );
  }

  async readRaw(deviceId: string, point: Point, query: RawHistoryQuery, call: CallContext): Promise<HistoryPage> {
    await behave(deviceId, call);
    return echoRaw(point, query);
  }

  async readProcessed(
    deviceId: string,
    point: Point,
    query: ProcessedHistoryQuery,
    call: CallContext,
  ): Promise<HistoryPage> {
    await behave(deviceId, call);
    return { ...echoRaw(point, { ...query, bounds: false }), continuation: undefined };
  }

  async readAtTime(
    deviceId: string,
    _point: Point,
    timesMs: readonly number[],
    call: CallContext,
  ): Promise<readonly HistoricalValue[]> {
    await behave(deviceId, call);
    return timesMs.map((sourceAtMs) => ({ value: null, status: statusCodes.BadNoData, sourceAtMs }));
  }

  async readEvents(deviceId: string, query: EventHistoryQuery, call: CallContext): Promise<EventPage> {
    await behave(deviceId, call);
    return echoEvents(query);
  }

  async callMethod(deviceId: string, { inputs }: MethodCall, call: CallContext): Promise<MethodResult> {
    await behave(deviceId, call);
    return { outcome: 'done', status: statusCodes.Good, outputs: inputs };
  }

  setDevices(devices: readonly { readonly id: string }[]): Promise<void> {
    this.devices = devices;
    return Promise.resolve();
  }

  memoryFootprint(): number {
    return 4096;
  }

  /** Pushes batches as fast as the event loop allows, until the session closes. */
  async #flood(sink: UpdateSink, length: number): Promise<void> {
    const rows = Uint32Array.from({ length }, (_, row) => row);
    const columns = new ValueColumns(length);
    for (let round = 0; !this.closed; round += 1) {
      for (let batch = 0; batch < floodBurst; batch += 1) {
        columns.values.fill(round);
        columns.sourceTimes.fill(echoTimeMs + round);
        sink.push({ length, rows, columns });
      }
      await nextTurn();
    }
  }
}

function behave(deviceId: string, call: CallContext): Promise<void> {
  if (deviceId === 'failing') return Promise.reject(failure());
  if (deviceId === 'late') return untilAborted(call).catch(() => undefined);
  return deviceId === 'slow' ? untilAborted(call) : Promise.resolve();
}

function failure(): GatewayError {
  return new GatewayError({
    code: 'ECHO_FAILED',
    kind: 'rejected',
    message: 'the device said no',
    status: statusCodes.BadNotWritable,
    writeOutcome: 'rejected',
    cause: new RangeError('out of range'),
  });
}

function untilAborted({ signal }: CallContext): Promise<void> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void =>
      reject(new GatewayError({ code: 'ECHO_CANCELLED', kind: 'cancelled', message: 'given up' }));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

function setEcho(into: ValueColumns, row: number, address: string): void {
  const [kind, argument = ''] = address.split(':', 2);
  if (kind === 'number') into.setNumber(row, Number(argument), echoTimeMs);
  else if (kind === 'bad') into.setBad(row, statusCodes.BadDeviceFailure, echoTimeMs);
  else into.setObject(row, objectOf(kind, argument), echoTimeMs);
}

function objectOf(kind: string, argument: string): TagValue {
  if (kind === 'bigint') return BigInt(argument);
  if (kind === 'bytes') return new Uint8Array(Number(argument)).fill(7);
  return kind === 'huge' ? 'x'.repeat(Number(argument)) : argument;
}
