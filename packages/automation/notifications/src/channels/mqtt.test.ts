import { silentLogger, systemClock } from '@fieldwarden/core';
import { TestBroker } from '@fieldwarden/mqtt-link/testing';
import { describe, expect, it } from 'vitest';
import { channelOf, notification } from '../testing/settings-of.js';
import { MqttChannel } from './mqtt.js';

const around = { clock: systemClock, logger: silentLogger, random: Math.random, site: 'lab' };

const channelTo = (url: string) =>
  new MqttChannel(channelOf({ type: 'mqtt', url, topic: 'plant/notifications', timeoutMs: 3_000 }), around);

describe('a message by MQTT', () => {
  it('is taken when the broker has acknowledged it', async () => {
    await using broker = await TestBroker.start();
    await channelTo(broker.url).send(notification);
    const [{ topic, text, qos, retain }] = broker.seen;
    expect({ topic, qos, retain }).toEqual({ topic: 'plant/notifications', qos: 1, retain: false });
    expect(JSON.parse(text)).toEqual(notification);
  });

  it('was not sent where there is no broker', async () => {
    const broker = await TestBroker.start();
    const { url } = broker;
    await broker[Symbol.asyncDispose]();
    await expect(channelTo(url).send(notification)).rejects.toMatchObject({ outcome: 'not-sent' });
  });
});
