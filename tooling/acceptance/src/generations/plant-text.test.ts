import type { PublishAnswer } from '@fieldwarden/admin-contract';
import { temporaryDirectory } from '@fieldwarden/testkit';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';

const text = (address: string): string => `# Hall 3. Ask Ada before you change the sine.
site: lab    # order is ours
version: 1
opcua: {anonymous: true,   securityPolicies: [ "None" ]}
drivers:
    # --- waves
    - id: demo
      type: simulator
      devices:
      - id: waves
        tags:
        - path: demo/waves/sine       # the slow one
          address: '${address}'
          dataType: &kind float32
          scanMs: 0x1F4
          description: |
            two lines,
            the second
        - {path: demo/waves/other, address: "triangle?periodMs=30000", dataType: *kind}
# the end
`;

const before = 'sine?periodMs=60000';
const after = 'sine?periodMs=30000';

/** A gateway that is started again and again on one plant file, as a service manager does. */
describe('a plant file and what is published meanwhile (§7.2)', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let plant: string;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    folder = await temporaryDirectory();
    plant = join(folder.path, 'plant.yaml');
    writeFileSync(plant, text(before));
    gateway = await GatewayProcess.launch({ plant });
  });

  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
  });

  const show = async (...args: readonly string[]): Promise<string> =>
    (await gateway.cli('config', 'show', ...args)).stdout;
  const restart = async (...args: readonly string[]): Promise<void> => {
    await gateway.stop();
    gateway = await GatewayProcess.launch({ plant, home: gateway.home, args });
  };

  it('is shown and exported as it was written', async () => {
    expect(await show()).toBe(text(before));
    expect((await gateway.cli('config', 'export')).stdout).toBe(text(before));
    expect((await gateway.cli('config', 'draft')).stdout).toBe(text(before));
    const json = (await gateway.cli('config', 'export', '--format', 'json')).stdout;
    expect(JSON.parse(json)).toMatchObject({
      drivers: [{ devices: [{ tags: [{ scanMs: 500, dataType: 'float32' }, {}] }] }],
    });
  });

  it('takes a document of plain values, a table and a rollback without losing a comment', async () => {
    const document = JSON.parse((await gateway.cli('config', 'export', '--format', 'json')).stdout) as {
      drivers: { devices: { tags: { address: string }[] }[] }[];
    };
    document.drivers[0].devices[0].tags[0].address = after;
    const request = { message: 'faster', document };
    expect((await gateway.ask<PublishAnswer>('POST', '/config/publish', request)).body).toMatchObject({
      generation: 2,
    });
    expect(await show()).toBe(text(after));

    const csv = join(folder.path, 'tags.csv');
    writeFileSync(csv, 'driver,device,path,address,dataType\ndemo,waves,demo/waves/new,counter?periodMs=1000,int32\n');
    expect((await gateway.cli('config', 'import-csv', csv, '--publish', '-m', 'one more')).code).toBe(0);
    const withTag = text(after).replace(
      'dataType: *kind}\n',
      'dataType: *kind}\n        - path: demo/waves/new\n          address: "counter?periodMs=1000"\n          dataType: int32\n',
    );
    expect(await show()).toBe(withTag);
    const refused = await gateway.cli('config', 'import-csv', csv, '--replace', '--publish', '-m', 'only this');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('demo/waves/sine')]);
    expect((await gateway.cli('config', 'rollback', '2')).code).toBe(0);
    expect(await show()).toBe(text(after));
    expect(await show('3')).toBe(withTag);
  });

  it('does not undo that at the next start, which says how to choose; the file is left alone', async () => {
    await restart();
    expect((await gateway.status()).generation).toBe(4);
    expect(await show()).toBe(text(after));
    expect(gateway.output).toContain('plant.yaml is not what runs');
    expect(gateway.output).toContain('--force');
    expect(readFileSync(plant, 'utf8')).toBe(text(before));
  });

  it('is published when it has changed, or when that is asked for', async () => {
    const changed = text('sine?periodMs=10000');
    writeFileSync(plant, changed);
    await restart();
    expect((await gateway.status()).generation).toBe(5);
    expect(await show()).toBe(changed);
    expect(gateway.output).not.toContain('is not what runs');
    expect((await gateway.cli('config', 'rollback', '1')).code).toBe(0);
    await restart('--force');
    expect((await gateway.status()).generation).toBe(7);
    expect(await show()).toBe(changed);
  });

  it('that was published by hand is not published again over what came after it', async () => {
    const edited = text('sine?periodMs=20000');
    writeFileSync(plant, edited);
    expect((await gateway.cli('config', 'publish', plant, '-m', 'by hand')).code).toBe(0);
    expect((await gateway.cli('config', 'rollback', '1')).code).toBe(0);
    await restart();
    expect((await gateway.status()).generation).toBe(9);
    expect(await show()).toBe(text(before));
  });

  it('runs on where the file, unchanged, would be refused now: only the driver whose secret is gone stands still', async () => {
    const drivers = [
      {
        id: 'demo',
        type: 'simulator',
        devices: [{ id: 'd', tags: [{ path: 'demo/a', address: 'sine', dataType: 'float64' }] }],
      },
      {
        id: 'press',
        type: 'modbus',
        options: { host: '${file:host.txt}', port: 1 },
        devices: [
          { id: 'd', options: { unitId: 1 }, tags: [{ path: 'press/a', address: '40001', dataType: 'uint16' }] },
        ],
      },
    ];
    writeFileSync(join(folder.path, 'host.txt'), '127.0.0.1');
    writeFileSync(plant, JSON.stringify({ version: 1, site: 'lab', opcua: { enabled: false }, drivers }));
    await restart();
    rmSync(join(folder.path, 'host.txt'));
    await restart();
    await gateway.tagTurns('demo/a', 'Good');
    await gateway.driverTurns('press', 'Faulted');
    expect((await gateway.driver('press')).lastError?.message).toContain('does not resolve');
    expect((await gateway.tag('press/a')).status).toBe('BadConfigurationError');
    expect(gateway.output).toMatch(/plant\.yaml would be refused now \(.*drivers\[1\]\.options\.host/);
    writeFileSync(join(folder.path, 'host.txt'), '127.0.0.1');
    expect((await gateway.cli('config', 'publish', plant, '-m', 'mended')).code).toBe(0);
    await gateway.driverTurns('press', 'Reconnecting');
    writeFileSync(
      plant,
      `${readFileSync(plant, 'utf8')} # changed, and refused: somebody waits for it`.replace('sine', 'zigzag'),
    );
    await expect(restart()).rejects.toMatchObject({ code: 78 });
  });
});
