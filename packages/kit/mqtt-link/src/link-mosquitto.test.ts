import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { describe, expect, it } from 'vitest';
import { LinkProbe } from './testing/link-probe.js';
import { Mosquitto } from './testing/mosquitto.js';
import { TestCertificates } from './testing/test-certificates.js';

describe('with mosquitto', () => {
  it('speaks MQTT 5 and 3.1.1, and gets what others publish', async () => {
    await using broker = await Mosquitto.start();
    for (const version of ['5', '3.1.1'] as const) {
      await using probe = await LinkProbe.connected({ url: broker.url, version });
      expect(probe.link.state).toMatchObject({ name: 'connected', version });
      await probe.link.subscribe([{ filter: 'plant/#', qos: 1 }]);
      probe.publish('plant/own');
      await broker.publish('plant/other', 'hello');
      await waitFor(() => probe.messages.length === 2, { what: 'both messages' });
      expect(await probe.settled()).toEqual(['acknowledged']);
    }
  });

  it('has its will taken by a broker that keeps nothing and has QoS 0 only', async () => {
    await using broker = await Mosquitto.start({ configuration: ['retain_available false', 'max_qos 0'] });
    await using watch = await LinkProbe.connected({ url: broker.url, clientId: 'watch' });
    await watch.link.subscribe([{ filter: 'will', qos: 1 }]);
    await using probe = new LinkProbe({ url: broker.url });
    probe.will = () => ({ topic: 'will', payload: Buffer.from('lost'), qos: 1, retain: true });
    probe.link.start();
    await probe.connects(1);
    probe.link.reconnect('to have it published');
    await waitFor(() => watch.messages.length > 0, { what: 'the will' });
    expect(watch.messages[0]).toMatchObject({ topic: 'will', qos: 0 });
    await probe.connects(2);
  });

  it('is told that a topic is not allowed, where MQTT 5 can say so', async () => {
    await using directory = await temporaryDirectory();
    const rules = join(directory.path, 'acl');
    execFileSync('sh', [
      '-c',
      `printf 'topic readwrite open/#\\n' > ${rules} && chmod 0644 ${rules} && chmod 0755 ${directory.path}`,
    ]);
    await using broker = await Mosquitto.start({ configuration: [`acl_file ${rules}`] });
    await using probe = await LinkProbe.connected({ url: broker.url });
    probe.publish('closed/a');
    probe.publish('open/a');
    expect(await probe.settled()).toEqual(['refused 0x87', 'acknowledged']);
  });

  it('is found again after it froze, was killed and came back', async () => {
    await using broker = await Mosquitto.start();
    await using probe = await LinkProbe.connected({ url: broker.url, keepaliveSeconds: 1 });
    broker.freeze();
    expect(await probe.hasProblem()).toContain('does not answer');
    broker.thaw();
    await probe.connects(2);
    await broker.down('SIGKILL');
    await waitFor(() => probe.problem.startsWith('unreachable'), { what: 'the broker to be missed' });
    await broker.up();
    await probe.connects(3);
  });

  it('frozen before it answered, publishes the last words when it goes on, and no will of a connection that never was', async () => {
    await using broker = await Mosquitto.start();
    await using watch = await LinkProbe.connected({ url: broker.url, clientId: 'watch' });
    await watch.link.subscribe([{ filter: '#', qos: 1 }]);
    broker.freeze();
    for (const [clientId, connectTimeoutMs] of [
      ['given-up', 200],
      ['stopped', 20_000],
    ] as const) {
      const probe = new LinkProbe({ url: broker.url, clientId, connectTimeoutMs });
      const isAsked = new Promise<void>((resolve) => {
        probe.will = () => {
          setImmediate(resolve);
          return { topic: `${clientId}/state`, payload: Buffer.from('lost'), qos: 1, retain: true };
        };
      });
      probe.link.start();
      await isAsked;
      if (clientId === 'given-up') await probe.hasProblem();
      const last = { topic: `${clientId}/state`, payload: Buffer.from('stopped'), qos: 1, retain: true } as const;
      await probe.link.stop({ farewell: [last], deadlineMs: 100 });
    }
    broker.thaw();
    const heard = (): readonly string[] => watch.messages.map(({ topic, payload }) => `${topic}=${String(payload)}`);
    await waitFor(() => heard().includes('stopped/state=stopped'), { what: 'the last words' });
    await broker.publish('end', '');
    await waitFor(() => heard().includes('end='), { what: 'what came after' });
    expect(heard()).toEqual(['stopped/state=stopped', 'end=']);
  });

  it('is spoken to over TLS with a certificate of its own authority, and not without', async () => {
    await using certificates = await TestCertificates.make();
    const { authority, broker: own, client: files } = certificates;
    const tls = [`cafile ${authority}`, `certfile ${own.certFile}`, `keyfile ${own.keyFile}`];
    await using broker = await Mosquitto.start({ configuration: [...tls, 'require_certificate true'] });
    const url = `mqtts://127.0.0.1:${broker.port}`;
    await using probe = await LinkProbe.connected({ url, tls: files });
    probe.publish('a');
    expect(await probe.settled()).toEqual(['acknowledged']);

    const problems = [];
    for (const more of [{ caFile: null }, { certFile: null, keyFile: null }]) {
      await using stranger = new LinkProbe({ url, clientId: 'stranger', tls: { ...files, ...more } });
      stranger.link.start();
      problems.push(await stranger.hasProblem());
    }
    expect(problems[0]).toMatch(/^tls: .*tls\.caFile has to name the authority/);
    expect(problems[1]).toMatch(/^(tls|closed|unreachable): /);
  });
});
