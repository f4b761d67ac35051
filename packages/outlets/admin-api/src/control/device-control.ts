import type { MethodCallAnswer, TagHistory, TagWriteOutcome } from '@fieldwarden/admin-contract';
import type { Origin } from '@fieldwarden/gateway-contract';

/** What became of something that acts on a device. */
export type ActOutcome = Omit<TagWriteOutcome, 'path'>;

export interface DeviceHistoryQuery {
  /** ms since 1970 UTC; included. Undefined: one hour before `toMs`. After `toMs`: newest first. */
  readonly fromMs: number | undefined;
  /** Not included. Undefined: now. */
  readonly toMs: number | undefined;
  /** Undefined: the values as the device recorded them. */
  readonly processed: { readonly aggregate: HistoryAggregate; readonly intervalMs: number } | undefined;
  readonly limit: number;
  /** `nextCursor` of the page before; undefined = the first page. */
  readonly cursor: string | undefined;
}

/** OPC UA 10000-13. */
export const historyAggregates = [
  'average', 'minimum', 'maximum', 'count', 'timeAverage', 'interpolative',
] as const; // prettier-ignore

export type HistoryAggregate = (typeof historyAggregates)[number];

export interface DeviceMethod {
  /** Empty where a protocol knows no objects. */
  readonly object: string;
  readonly method: string;
  readonly args: readonly MethodArgument[];
}

export type MethodArgument = number | boolean | string | readonly (number | boolean | string)[];

/** What devices are asked that neither scans nor subscriptions bring. */
export interface DeviceControl {
  /**
   * What the device remembers of a tag, in engineering units. Rejects with code `TAG_UNKNOWN`, `DRIVER_STOPPED`,
   * `HISTORY_UNSUPPORTED` if the driver has no history or not that one, and with what the device says.
   */
  history(path: string, query: DeviceHistoryQuery, correlationId: string): Promise<TagHistory>;
  /**
   * Resolves when the device has answered; never repeated. Rejects when refused beforehand, with code `DRIVER_STOPPED`,
   * `CALL_UNSUPPORTED`, or as a write does.
   */
  callMethod(
    driverId: string,
    device: string,
    call: DeviceMethod,
    origin: Origin,
  ): Promise<ActOutcome & Pick<MethodCallAnswer, 'outputs'>>;
}
