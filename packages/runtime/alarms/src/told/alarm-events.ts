import type { Clock } from '@fieldwarden/core';
import type { AlarmChange, AlarmData, AlarmListener } from './alarm-change.js';
import { AlarmNews } from './alarm-news.js';

/** An `alarm` event before it has its place in the log of events. `device`: of those that devices report themselves. */
export interface AlarmEventEntry {
  readonly type: 'alarm';
  readonly driverId?: string;
  readonly device?: string;
  readonly serviceId?: string;
  readonly message: string;
  readonly data: AlarmData;
}

export interface AlarmEventsDependencies {
  readonly clock: Clock;
  readonly events: { append(event: AlarmEventEntry): unknown };
}

/** Follows the book and tells of its changes in the log of events: the only place that does. */
export class AlarmEvents implements Disposable {
  readonly #deps: AlarmEventsDependencies;
  /** Of drivers whose devices, and services whose conditions, told something in the last second. */
  readonly #news = new Map<string, AlarmNews>();

  constructor(deps: AlarmEventsDependencies) {
    this.#deps = deps;
  }

  /** For `AlarmBook.follow`. What a person does is told one by one. */
  readonly tell: AlarmListener = (news) => {
    if (news.type === 'notice') {
      return this.#newsOf({ driverId: news.driverId }).tell(news.message, news.device, news.data);
    }
    const { alarm, subject, message, by } = news;
    const { conditionId, active, device, driverId } = alarm;
    if (device !== null && driverId !== null && by === undefined) {
      this.#newsOf({ driverId }).tell(message, device, { conditionId, active, alarm });
    } else if (subject.serviceId !== undefined && by === undefined) {
      this.#newsOf({ serviceId: subject.serviceId }).tell(message, undefined, raisedData(news));
    } else this.#append(ofRaised(news), message, raisedData(news));
  };

  [Symbol.dispose](): void {
    for (const news of this.#news.values()) news[Symbol.dispose]();
    this.#news.clear();
  }

  #newsOf(whose: Pick<AlarmEventSubject, 'driverId' | 'serviceId'>): AlarmNews {
    const key = JSON.stringify(whose);
    const known = this.#news.get(key);
    if (known) return known;
    const news = new AlarmNews({
      clock: this.#deps.clock,
      tell: (message, device, data) =>
        this.#append({ ...whose, ...(device !== undefined && { device }) }, message, data),
      onQuiet: () => void this.#news.delete(key),
    });
    this.#news.set(key, news);
    return news;
  }

  #append(subject: AlarmEventSubject, message: string, data: AlarmData): void {
    this.#deps.events.append({ type: 'alarm', ...subject, message, data });
  }
}

type AlarmEventSubject = Pick<AlarmEventEntry, 'driverId' | 'device' | 'serviceId'>;

/** Of a driver as a whole, of one of its devices, of a service, or of the gateway itself. */
function ofRaised({ alarm: { driverId, device }, subject: { serviceId } }: AlarmChange): AlarmEventSubject {
  return {
    ...(driverId !== null && { driverId }),
    ...(device !== null && { device }),
    ...(serviceId !== undefined && { serviceId }),
  };
}

/** What happened at an instant says nothing of `active`. */
function raisedData({ transition, alarm, data, by, note }: AlarmChange): AlarmData {
  const { conditionId, active } = alarm;
  if (transition === 'occurred') return { conditionId, ...data };
  if (by !== undefined || transition === 'acknowledged') {
    return { conditionId, active, transition, alarm, ...(by !== undefined && { by }), ...(note && { note }) };
  }
  return { conditionId, active, ...data };
}
