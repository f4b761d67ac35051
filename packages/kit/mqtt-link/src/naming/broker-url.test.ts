import { describe, expect, it } from 'vitest';
import { formatBrokerAddress, parseBrokerUrl } from './broker-url.js';

describe('the URL of a broker', () => {
  it.each([
    ['mqtt://broker.plant', 'mqtt://broker.plant:1883'],
    ['mqtts://broker.plant', 'mqtts://broker.plant:8883'],
    ['MQTT://10.0.0.5:18830/', 'mqtt://10.0.0.5:18830'],
    ['ws://broker', 'ws://broker:80/mqtt'],
    ['wss://broker/', 'wss://broker:443/'],
    ['wss://broker:8443/ws/plant', 'wss://broker:8443/ws/plant'],
    ['mqtt://[::1]:1884', 'mqtt://[::1]:1884'],
  ])('%s is %s', (text, whole) => expect(formatBrokerAddress(parseBrokerUrl(text))).toBe(whole));

  it.each([
    ['http://broker', 'scheme http'],
    ['tcp://broker', 'scheme tcp'],
    ['broker:1883', 'named like'],
    ['', 'named like'],
    ['mqtt://', 'host that is empty'],
    ['mqtt://gateway:secret@broker', 'credentials'],
    ['mqtt://broker?clientId=x', 'has ? in it'],
    ['ws://broker/mqtt#x', 'has # in it'],
    ['mqtt://broker/topic', 'path /topic'],
    ['mqtt://broker:0', 'port 0'],
    ['mqtt://broker:65536', 'port 65536'],
    ['mqtt://10.1', 'an IPv4 address has four'],
    ['mqtt://[::1', 'named like'],
  ])('%s is refused: %s', (text, why) => expect(() => parseBrokerUrl(text)).toThrow(why));

  it('is not repeated in what is said of it: it may hold a password', () => {
    expect(() => parseBrokerUrl('mqtt://gateway:secret@broker')).toThrow(/^(?!.*secret)/);
  });
});
