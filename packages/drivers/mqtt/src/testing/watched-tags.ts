import {
  isNumericColumn,
  parseDataType,
  statusName,
  systemClock,
  type Clock,
  type GatewayError,
  type TagValue,
} from '@fieldwarden/core';
import type { DriverSession, Point, Subscription, UpdateBatch, UpdateSink, WriteResult } from '@fieldwarden/driver';
import { collectingLogger, testBelongings, testCall, waitFor } from '@fieldwarden/testkit';
import mqttDriver from '../driver.js';
import { mqttTagOptions } from '../tag-options.js';

/** Address, data type and options of a tag, as a plant document has them. */
export type WatchedTag = readonly [address: string, dataType: string, options?: object];

export interface WatchedTagsSettings {
  readonly options: object;
  readonly tags: Readonly<Record<string, WatchedTag>>;
  readonly clock?: Clock;
  readonly belongings?: ReturnType<typeof testBelongings>;
}

/** A session of the driver with tags that somebody watches. */
export class WatchedTags implements UpdateSink, AsyncDisposable {
  readonly session: DriverSession;
  readonly points: readonly Point[];
  readonly logger = collectingLogger();
  /** `value status` of each tag at present, and of all that was told, oldest first. */
  readonly present = new Map<string, string>();
  readonly told: string[] = [];
  readonly sourceTimes = new Map<string, number>();
  failure: GatewayError | undefined;
  subscription: Subscription | undefined;

  constructor({ options, tags, clock = systemClock, belongings = testBelongings() }: WatchedTagsSettings) {
    this.session = mqttDriver.create({
      driverId: 'scenario',
      options: mqttDriver.options.parse(options),
      devices: [{ id: 'line', options: mqttDriver.deviceOptions.parse({}) }],
      clock,
      logger: this.logger,
      random: () => 0.5,
      ...belongings,
    });
    this.points = Object.entries(tags).map(([path, [address, dataType, tagOptions]]) => ({
      path,
      address,
      type: parseDataType(dataType)!,
      options: mqttTagOptions.parse(tagOptions ?? {}),
    }));
  }

  static async open(settings: WatchedTagsSettings): Promise<WatchedTags> {
    const watched = new WatchedTags(settings);
    await watched.session.open?.(AbortSignal.timeout(5_000));
    watched.subscription = await watched.session.subscribe!(
      'line',
      watched.points,
      watched,
      testCall({ timeoutMs: 10_000 }),
    );
    return watched;
  }

  push({ length, rows, columns }: UpdateBatch): void {
    this.failure = undefined;
    for (let i = 0; i < length; i++) {
      const { path, type } = this.points[rows[i]];
      const value = isNumericColumn(type) ? columns.values[i] : columns.objects?.get(i);
      const status = statusName(columns.statuses[i]);
      const text = status.startsWith('Bad') ? status : `${String(value)} ${status}`;
      this.present.set(path, text);
      this.sourceTimes.set(path, columns.sourceTimes[i]);
      this.told.push(`${path}: ${text}`);
    }
  }

  fail(error: GatewayError): void {
    this.failure = error;
    for (const { path } of this.points) this.present.set(path, statusName(error.status));
  }

  async shows(expected: Readonly<Record<string, string>>): Promise<void> {
    const isShown = (): boolean => Object.entries(expected).every(([path, text]) => this.present.get(path) === text);
    await waitFor(isShown, {
      what: `${JSON.stringify(expected)}, not ${JSON.stringify([...this.present])}`,
      timeoutMs: 10_000,
    });
  }

  async write(path: string, value: TagValue, timeoutMs = 5_000): Promise<WriteResult> {
    const point = this.points.find((one) => one.path === path)!;
    const [result] = await this.session.write!('line', [{ point, value }], testCall({ timeoutMs }));
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close();
  }
}
