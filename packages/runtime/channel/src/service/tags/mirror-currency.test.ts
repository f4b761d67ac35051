import { silentLogger, statusCodes } from '@fieldwarden/core';
import type { TagDefinition } from '@fieldwarden/gateway-contract';
import type { TagSource, TagWriter } from '@fieldwarden/service';
import { TagStore } from '@fieldwarden/tags';
import { FakeClock, testOrigin } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { startMemoryService, type MemoryService } from '../../testing/memory-service.js';
import { shownStatus } from './mirror-currency.js';

const { Good, UncertainLastUsableValue, BadNoCommunication } = statusCodes;
const origin = testOrigin({ correlationId: '1' });

/** A gateway and a Host that follows it, with one tag, both on one clock. */
class Scene {
  readonly clock: FakeClock;
  readonly store: TagStore;
  readonly service: MemoryService;
  readonly tags: TagSource;
  readonly writer: TagWriter;
  readonly handle: number;
  /** What the gateway was asked to write. */
  readonly written: unknown[];
  /** What a follower saw each time it was told. */
  readonly told: unknown[] = [];
  #ping = 0;

  private constructor(fields: Pick<Scene, 'clock' | 'store' | 'service' | 'tags' | 'writer' | 'written'>) {
    ({
      clock: this.clock,
      store: this.store,
      service: this.service,
      tags: this.tags,
      writer: this.writer,
      written: this.written,
    } = fields);
    this.handle = this.store.handleOf('a')!;
    this.tags.onChange(() => this.told.push(this.shown));
  }

  static async start(): Promise<Scene> {
    const clock = new FakeClock();
    const store = new TagStore(clock, silentLogger);
    store.define([tag('a'), tag('silent')]);
    store.set(store.handleOf('a')!, 1);
    const written: unknown[] = [];
    const writeMany: TagWriter['writeMany'] = (items) => {
      written.push(...items);
      return Promise.resolve(items.map(() => ({ outcome: 'done', status: Good })));
    };
    const service = startMemoryService({ around: { tags: store, writer: { writeMany } }, clock });
    await clock.advance(50);
    await service.ready;
    const { tags, writer } = await service.context;
    return new Scene({ clock, store, service, tags, writer, written });
  }

  get shown(): readonly [value: unknown, status: number] {
    const { value, status } = this.tags.read(this.handle);
    expect([this.tags.value(this.handle), this.tags.status(this.handle)]).toEqual([value, status]);
    return [value, status];
  }

  /** As the Supervisor does once a second. */
  async pinged(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.service.client.ping((this.#ping += 1));
      await this.clock.advance(1_000);
    }
  }

  async write(value: number): Promise<unknown> {
    const written = this.writer.writeMany([{ handle: this.handle, value }], origin);
    await this.clock.advance(1);
    return (await written)[0];
  }
}

function tag(path: string): TagDefinition {
  const type = { scalar: 'float64' } as const;
  const rest = { driverId: 'd', deviceId: 'u', address: path, scanMs: 100, writeIdempotent: false, verify: false };
  return { path, type, rawType: type, access: 'read-write', ...rest };
}

const refused = { code: 'SERVICE_TAGS_NOT_CURRENT', writeOutcome: 'not-sent' };

describe('a gateway that falls silent (§16.4, §8.3)', () => {
  it('turns every tag uncertain after 3 s and bad after 6 s, and tells followers once of each', async () => {
    const scene = await Scene.start();
    await scene.pinged(4);
    expect([scene.shown, scene.told]).toEqual([[1, Good], []]);
    await scene.clock.advance(3_000);
    expect([scene.shown, scene.told]).toEqual([[1, UncertainLastUsableValue], [[1, UncertainLastUsableValue]]]);
    await scene.clock.advance(20_000);
    expect(scene.shown).toEqual([1, BadNoCommunication]);
    expect(scene.told).toEqual([
      [1, UncertainLastUsableValue],
      [1, BadNoCommunication],
    ]);
  });

  it('leaves what is bad or uncertain as it is, until it is bad for another reason', () => {
    const { UncertainSubNormal, BadDeviceFailure } = statusCodes;
    const standings = ['current', 'stale', 'lost'] as const;
    const shown = (status: number) => standings.map((standing) => shownStatus(standing, status));
    expect(shown(Good)).toEqual([Good, UncertainLastUsableValue, BadNoCommunication]);
    expect(shown(UncertainSubNormal)).toEqual([UncertainSubNormal, UncertainSubNormal, BadNoCommunication]);
    expect(shown(BadDeviceFailure)).toEqual([BadDeviceFailure, BadDeviceFailure, BadDeviceFailure]);
  });

  it('shows what the gateway says once that is heard again and the mirror was refreshed, and tells followers once', async () => {
    const scene = await Scene.start();
    await scene.clock.advance(10_000);
    scene.told.length = 0;
    scene.store.set(scene.handle, 2);
    await scene.clock.advance(100);
    expect(scene.shown).toEqual([2, BadNoCommunication]);
    await scene.clock.advance(1_000);
    expect([scene.shown, scene.told]).toEqual([[2, Good], [[2, Good]]]);
  });
});

describe('a Host that stood still (§16.4)', () => {
  it('does not show what it had as good, at the first read and while what waits is read', async () => {
    const scene = await Scene.start();
    scene.service.transport.hold();
    scene.store.set(scene.handle, 2);
    await scene.clock.advance(100);
    scene.clock.stall(4_000);
    expect(scene.shown).toEqual([1, UncertainLastUsableValue]);
    scene.service.transport.release();
    await scene.clock.advance(100);
    expect(scene.shown).toEqual([2, UncertainLastUsableValue]);
    await scene.clock.advance(1_000);
    expect(scene.shown).toEqual([2, Good]);
  });

  it('is current again only by the answer to what it asked last', async () => {
    const scene = await Scene.start();
    scene.service.hostTransport.hold();
    scene.clock.stall(4_000);
    await scene.pinged(4);
    expect(scene.shown).toEqual([1, BadNoCommunication]);
    scene.service.transport.hold();
    scene.service.hostTransport.release();
    await scene.clock.advance(1);
    scene.clock.stall(4_000);
    scene.service.transport.release();
    scene.service.hostTransport.hold();
    await scene.pinged(2);
    expect(scene.shown).toEqual([1, BadNoCommunication]);
    scene.service.hostTransport.release();
    await scene.pinged(1);
    expect(scene.shown).toEqual([1, Good]);
  });
});

describe('a write while the mirror is not current (§2)', () => {
  it('is refused as not sent, with the reason, until it is', async () => {
    const scene = await Scene.start();
    scene.clock.stall(4_000);
    expect(await scene.write(1)).toMatchObject({ ...refused, message: expect.stringContaining('stood still') });
    scene.service.client.ping(1);
    await scene.clock.advance(100);
    expect(await scene.write(2)).toMatchObject(refused);
    await scene.pinged(2);
    expect(await scene.write(3)).toMatchObject({ outcome: 'done' });
    expect(scene.written).toEqual([{ handle: scene.handle, value: 3 }]);
  });

  it('that had left before the gateway stood still is refused there, and one that is asked after it is carried out', async () => {
    const scene = await Scene.start();
    scene.service.hostTransport.hold();
    const waits = scene.writer.writeMany([{ handle: scene.handle, value: 1 }], origin);
    scene.clock.stall(4_000);
    scene.service.hostTransport.release();
    await scene.clock.advance(1);
    expect(await waits).toMatchObject([{ code: 'SERVICE_WRITE_LATE', writeOutcome: 'not-sent' }]);
    await scene.pinged(3);
    expect(await scene.write(2)).toMatchObject({ outcome: 'done' });
    expect(scene.written).toEqual([{ handle: scene.handle, value: 2 }]);
  });
});
