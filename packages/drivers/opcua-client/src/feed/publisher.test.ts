import { silentLogger, statusCodes, type GatewayError } from '@fieldwarden/core';
import { FakeClock } from '@fieldwarden/testkit';
import * as library from 'node-opcua-client';
import { beforeEach, describe, expect, test } from 'vitest';
import { ServiceRefused } from '../line/errors.js';
import type { Link } from '../line/link.js';
import { Publisher } from './publisher.js';

const subscriptionId = 7;

/** A link whose server answers as the test says. */
class ScriptedLink {
  readonly library = library;
  lost: GatewayError | undefined;
  /** Publish requests that wait for a message. */
  readonly waiting: { answer: (response: unknown) => void; refuse: (error: Error) => void }[] = [];
  readonly acknowledged: number[] = [];
  /** Numbers asked for again, in order. */
  readonly republished: number[] = [];
  /** What the server still has. */
  readonly kept = new Map<number, unknown>();

  onLost(): void {
    // The tests look at `lost`.
  }

  lose(error: GatewayError): void {
    this.lost ??= error;
  }

  request(request: object): Promise<unknown> {
    if (request instanceof library.CreateSubscriptionRequest)
      return Promise.resolve({ subscriptionId, revisedPublishingInterval: 100, revisedMaxKeepAliveCount: 3 });
    if (request instanceof library.RepublishRequest) {
      this.republished.push(request.retransmitSequenceNumber);
      const notificationMessage = this.kept.get(request.retransmitSequenceNumber);
      if (notificationMessage) return Promise.resolve({ notificationMessage });
      return Promise.reject(new ServiceRefused('Republish', statusCodes.BadMessageNotAvailable));
    }
    if (!(request instanceof library.PublishRequest)) return Promise.resolve({});
    for (const { sequenceNumber } of request.subscriptionAcknowledgements ?? []) this.acknowledged.push(sequenceNumber);
    return new Promise((answer, refuse) => this.waiting.push({ answer, refuse }));
  }
}

let link: ScriptedLink;
let clock: FakeClock;
let told: number[];

beforeEach(async () => {
  link = new ScriptedLink();
  clock = new FakeClock();
  told = [];
  const publisher = new Publisher(
    { link: link as unknown as Link, clock, logger: silentLogger, keepAliveMs: 300 },
    { value: (handle) => void told.push(handle), event: () => undefined, flush: () => undefined },
  );
  await publisher.subscribe(100, 1_000);
});

/** A message whose one value is of the item `sequenceNumber`. */
function message(sequenceNumber: number): library.NotificationMessage {
  const value = new library.DataValue({ value: { dataType: library.DataType.Double, value: 1 } });
  const monitoredItems = [new library.MonitoredItemNotification({ clientHandle: sequenceNumber, value })];
  return new library.NotificationMessage({
    sequenceNumber,
    notificationData: [new library.DataChangeNotification({ monitoredItems })],
  });
}

async function arrives(notificationMessage: library.NotificationMessage): Promise<void> {
  link.waiting.shift()!.answer({ subscriptionId, notificationMessage });
  await settled();
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('messages of a subscription', () => {
  test('are told in their order, and acknowledged with the next request', async () => {
    await arrives(message(1));
    await arrives(message(2));
    await arrives(message(3));
    expect(told).toEqual([1, 2, 3]);
    expect(link.acknowledged).toEqual([1, 2, 3]);
    expect(link.waiting).toHaveLength(2);
  });

  test('that were overtaken are told in their order all the same', async () => {
    await arrives(message(1));
    await arrives(message(3));
    expect(told).toEqual([1]);
    await arrives(message(2));
    expect(told).toEqual([1, 2, 3]);
    await clock.advance(1_000);
    await settled();
    expect([link.republished, link.lost]).toEqual([[], undefined]);
  });

  test('that do not come are asked for once more, and told before those that came after', async () => {
    link.kept.set(2, message(2)).set(3, message(3));
    await arrives(message(1));
    await arrives(message(4));
    await clock.advance(250);
    await settled();
    expect(link.republished).toEqual([2, 3]);
    expect(told).toEqual([1, 2, 3, 4]);
    expect(link.lost).toBeUndefined();
  });

  test('that the server no longer has cost the link: no value is lost without a word', async () => {
    await arrives(message(1));
    await arrives(message(3));
    await clock.advance(250);
    await settled();
    expect(link.lost?.message).toMatch(/values of the server were lost on the way/);
  });

  test('of another number than the one asked for are no answer: the server is not asked for ever', async () => {
    link.kept.set(2, new library.NotificationMessage({ sequenceNumber: 0 }));
    await arrives(message(1));
    await arrives(message(3));
    await clock.advance(250);
    await settled();
    expect([link.republished, link.lost?.message]).toEqual([
      [2],
      expect.stringContaining('answers with another message'),
    ]);
  });

  test('that come again are told once', async () => {
    await arrives(message(1));
    await arrives(message(1));
    expect(told).toEqual([1]);
  });

  test('that say that the subscription is over cost the link', async () => {
    const ended = new library.StatusChangeNotification({ status: library.StatusCodes.BadTimeout });
    await arrives(new library.NotificationMessage({ sequenceNumber: 1, notificationData: [ended] }));
    expect(link.lost?.message).toMatch(/has ended a subscription: BadTimeout/);
  });
});

test('a subscription that brings neither values nor signs of life costs the link; keep-alives keep it', async () => {
  for (let i = 0; i < 10; i += 1) {
    await clock.advance(900);
    await arrives(new library.NotificationMessage({ sequenceNumber: 1, notificationData: [] }));
  }
  expect(link.lost).toBeUndefined();
  await clock.advance(1_500);
  expect(link.lost?.message).toMatch(/neither values nor signs of life/);
});

test('a gateway that stood still does not blame the server', async () => {
  clock.stall(30_000);
  await clock.advance(300);
  expect(link.lost).toBeUndefined();
});

test('a server that takes fewer Publish requests gets fewer, and one without subscriptions is given up', async () => {
  link.waiting.shift()!.refuse(new ServiceRefused('Publish', statusCodes.BadTooManyPublishRequests));
  await settled();
  expect(link.waiting).toHaveLength(1);
  await arrives(message(1));
  expect([told, link.waiting.length]).toEqual([[1], 1]);
  link.waiting.shift()!.refuse(new ServiceRefused('Publish', statusCodes.BadNoSubscription));
  await settled();
  expect(link.lost?.message).toMatch(/has ended the subscriptions/);
});
