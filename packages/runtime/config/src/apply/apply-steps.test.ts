import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { planApply } from './plan-apply.js';
import type { PlantDocument } from '../document/plant-document.js';
import { arbitraryDocument, plantOf } from '../testing/arbitrary-plants.js';
import { sampleCatalogueWithSwarm } from '../testing/sample-catalogue.js';

const catalogue = sampleCatalogueWithSwarm();

const speed = { path: 'filler/speed', address: '1', dataType: 'float32' };
const level = { path: 'filler/level', address: '3', dataType: 'float32' };
const filler = { id: 'filler', tags: [speed, level] };
const press = { id: 'press-1', type: 'press', options: { host: '127.0.0.1' }, devices: [filler] };
const plant = (...drivers: readonly object[]) => ({ version: 1, site: 'lab', drivers }) as PlantDocument;

/** `action device: reason (reconnect)`, as short as a table needs it. */
function steps(old: PlantDocument | null, next: PlantDocument): string[] {
  const written = { old, next };
  return planApply(old && plantOf(old), plantOf(next), { ...catalogue, written }).steps.map(
    ({ driverId, action, device = '', reason, reconnect }) =>
      `${driverId} ${action} ${device}: ${reason}${reconnect ? ' (reconnect)' : ''}`,
  );
}

const becomes = (fields: object, before: object = press): string[] =>
  steps(plant(before), plant({ ...press, ...fields }));
const swarm = { ...press, type: 'swarm' };

describe('the steps of an apply, for people (§7.5)', () => {
  it.each([
    ['another endpoint', becomes({ options: { host: '127.0.0.2' } }), ['press-1 restart : endpoint changed: host 127.0.0.1 → 127.0.0.2; reconnects (reconnect)']],
    ['other options', becomes({ options: { host: '127.0.0.1', timeoutMs: 500, port: 99 } }), ['press-1 restart : options changed: port default → 99, timeoutMs default → 500; reconnects (reconnect)']],
    ['another isolation', becomes({ isolation: 'host' }), ['press-1 move : isolation: in-process → host; its new home is ready before the old one closes (reconnect)']],
    ['a driver that is disabled', becomes({ enabled: false, options: { host: 'b' } }), ['press-1 stop : enabled: true → false; stops, and its tags turn Bad', 'press-1 restart : endpoint changed: host 127.0.0.1 → b; at its next start']],
    ['other settings', becomes({ resilience: { read: { timeoutMs: 500 }, subscribe: { retries: 9 }, write: { retries: 2 }, breaker: { failures: null, probeMs: 200 } } }), ['press-1 settings : resilience.read.timeoutMs 4000 → 500, resilience.subscribe.retries 3 → 9, resilience.write.retries 3 → 2, resilience.breaker.failures 5 → null and 1 more; nothing stops']],
    ['new and other tags', becomes({ devices: [{ ...filler, tags: [{ ...speed, address: '5', unit: '1/min' }, { ...level, path: 'filler/a' }, { ...level, path: 'filler/b' }] }] }), ['press-1 tags filler: add 2 tags (filler/a, filler/b), remove 1 tag (filler/level), change 1 tag (filler/speed: address 1 → 5, unit none → 1/min): no reconnect']],
    ['tags that are described otherwise', becomes({ devices: [{ ...filler, tags: [{ ...speed, limits: { min: 0, max: 9 } }, level] }] }), ['press-1 tags filler: change 1 tag (filler/speed: limits none → {"min":0,"max":9}): no reconnect, reads go on as they are']],
    ['a device more', becomes({ devices: [filler, { id: 'capper', tags: [{ ...speed, path: 'capper/speed' }] }] }), ['press-1 restart : device capper is new; reconnects (reconnect)', 'press-1 devices capper: add device capper with 1 tag: with the restart']],
    ['a device more, taken live', steps(plant(swarm), plant({ ...swarm, devices: [filler, { id: 'capper' }] })), ['press-1 devices capper: add device capper with 0 tags: no reconnect']],
    ['other options of a device', steps(plant(swarm), plant({ ...swarm, devices: [{ ...filler, options: { unitId: 2 } }] })), ['press-1 devices filler: options changed: unitId default → 2: no reconnect']],
    ['another type', steps(plant(press), plant({ ...press, type: 'robot' })), ['press-1 remove : type changed: press → robot; its 1 device and 2 tags go', 'press-1 add : as robot with 1 device and 2 tags; starts (reconnect)']],
    ['drivers that come and go', steps(plant(press), plant({ id: 'arm', type: 'robot', enabled: false, options: { host: 'b' } })), ['press-1 remove : no longer in the plant; its 1 device and 2 tags go', 'arm add : new driver of type robot with 0 devices and 0 tags; does not start: it is disabled']],
    ['other logging', steps(plant(press), { ...plant(press), logging: { level: 'debug' } }), ['null gateway : logging: level info → debug; nothing stops']],
    ['TLS', steps(plant(press), { ...plant(press), tls: { enabled: true } }), ['null gateway : tls: enabled false → true; the console and the Admin API answer by https alone; who is signed in over http signs in again']],
    ['another OPC UA server', steps(plant(press), { ...plant(press), opcua: { port: 4841 } }), ['null gateway : OPC UA server: port none → 4841; it starts anew, and its clients have to connect again (reconnect)']],
    ['no OPC UA server', steps(plant(press), { ...plant(press), opcua: { enabled: false } }), ['null gateway : OPC UA server: enabled true → false; it stops, and its clients lose their sessions']],
    ['another site', steps(plant(press), { ...plant(press), site: 'b' }), ['null gateway : site: lab → b; takes effect at the next start of the gateway']],
  ])('tell %s', (_says, told, expected) => {
    expect(told).toEqual(expected);
  }); // prettier-ignore

  const login = (password: string, more: object = {}) => ({
    options: { host: '127.0.0.1', login: { user: 'u', password }, ...more },
  });

  it.each([
    ['a password in clear', login('clear-one'), login('clear-two'), 'options changed: login.password'],
    ['a reference that becomes another', login('${env:A_PASSWORD}'), login('${env:B_PASSWORD}'), 'options changed: login.password'],
    ['a group with a password', {}, login('clear-two'), 'options changed: login default → { user, password }'],
    ['a reference in a harmless field', { options: { host: '${env:A}' } }, { options: { host: '${env:B}' } }, 'endpoint changed: host "${env:A}" → "${env:B}"'],
    ['a password in a URL', { options: { host: 'mqtt://u:clear-one@h/' } }, { options: { host: 'mqtt://u:clear@two@h/?token=clear-three' } }, 'endpoint changed: host "mqtt://u:***@h/" → "mqtt://u:***@h/?token=***"'],
  ])('do not print %s', (_says, before, after, reason) => {
    const told = steps(plant({ ...press, ...before }), plant({ ...press, ...after }));
    expect(told).toEqual([`press-1 restart : ${reason}; reconnects (reconnect)`]);
    expect(told.join()).not.toMatch(/clear-|value of/);
  }); // prettier-ignore

  it('say which reference got another value, not which', () => {
    const document = plant({ ...press, options: { host: '${env:HOST}' } });
    const before = plantOf(document);
    const options = { ...(before.drivers[0].options as object), host: 'elsewhere' };
    const next = { ...before, drivers: [{ ...before.drivers[0], options }] };
    const { steps: told } = planApply(before, next, { ...catalogue, written: { old: document, next: document } });
    expect(told.map(({ reason }) => reason)).toEqual([
      'endpoint changed: host (what "${env:HOST}" stands for); reconnects',
    ]);
  });

  it('name fields only where the documents are not at hand', () => {
    const told = planApply(plantOf(plant(press)), plantOf(plant({ ...press, options: { host: 'b' } })), catalogue);
    expect(told.steps.map(({ reason }) => reason)).toEqual(['endpoint changed: host; reconnects']);
  });

  it('are short, and say of a driver whether it reconnects only if its session is made anew', () => {
    fc.assert(
      fc.property(fc.option(arbitraryDocument), arbitraryDocument, (old, next) => {
        const plan = planApply(old && plantOf(old), plantOf(next), { ...catalogue, written: { old, next } });
        for (const { driverId, reconnect, reason } of plan.steps) {
          expect(reason.length).toBeLessThan(1_000);
          if (driverId === null || !reconnect) continue;
          const changes = plan.drivers.filter((change) => change.driverId === driverId);
          expect(changes.some((c) => c.kind === 'add' || (c.kind === 'change' && (c.restart || c.move !== null)))).toBe(
            true,
          );
        }
      }),
    );
  });
});
