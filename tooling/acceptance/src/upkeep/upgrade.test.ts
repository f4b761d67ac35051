import type { AlarmList, EventList } from '@fieldwarden/admin-contract';
import { temporaryDirectory, waitFor } from '@fieldwarden/testkit';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { runCli } from '../processes/run-cli.js';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.resolve('@fieldwarden/acceptance')));

/** One for each layout that there was; `make-home.mjs` beside them makes the next. */
const homes = readdirSync(fixtures).filter((name) => name.endsWith('.tar.gz'));

it.each(homes)(
  '%s is read by this version: plant, tokens, state, alarms, what waits, generations (§13.5)',
  async (name) => {
    await using folder = await temporaryDirectory();
    execFileSync('tar', ['-C', folder.path, '-xzf', join(fixtures, name)]);
    const home = join(folder.path, 'home');
    const token = readFileSync(join(home, 'token-of-the-test'), 'utf8');
    await using gateway = await GatewayProcess.launch({ home });
    await gateway.driverTurns('sim', 'Healthy');
    const { generations } = await gateway.get<{ generations: readonly { message: string }[] }>('/config/generations');
    expect(generations[0].message).toBe('the second');
    expect(await gateway.write('aged/setpoint', 43)).toMatchObject({ outcome: 'done' });
    const url = `http://127.0.0.1:${gateway.port('Admin API')}`;
    expect((await runCli(['status', '--url', url], { FIELDWARDEN_TOKEN: token })).code).toBe(0);
    const { outlets } = await gateway.cliJson<{ outlets: readonly { pending: number }[] }>('mqtt', 'status');
    expect(outlets[0].pending).toBeGreaterThan(3);
    await waitFor(async () => (await gateway.get<AlarmList>('/alarms')).alarms.some(({ driverId }) => driverId === 'lost'), { what: 'the alarm' }); // prettier-ignore
    // Numbers of events are reserved in thousands: one that began anew would be below.
    expect((await gateway.get<EventList>('/drivers/sim/events')).events[0].seq).toBeGreaterThan(1_000);
    expect(readdirSync(home).filter((one) => one.includes('damaged'))).toEqual([]);

    // The same home directory as a later version would leave it.
    expect(JSON.parse(readFileSync(join(home, 'home.json'), 'utf8'))).toMatchObject({ format: 1 });
    await gateway.stop();
    const newer = JSON.stringify({ format: 99, version: '9.0.0' });
    writeFileSync(join(home, 'home.json'), newer);
    const before = readdirSync(home, { recursive: true }).sort();
    const { code, stderr } = await runCli(['up', '--home', home, '--health-port', '0', '--admin-port', '0']);
    expect([code, stderr]).toEqual([78, expect.stringMatching(/written by Fieldwarden 9\.0\.0.*restore FILE --yes/s)]);
    expect(readdirSync(home, { recursive: true }).sort()).toEqual(before);
    expect(readFileSync(join(home, 'home.json'), 'utf8')).toBe(newer);
  },
  120_000,
);
