import { GatewayError } from '@fieldwarden/core';
import { textDigest, type PlantDocument } from '@fieldwarden/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boot, type Boot } from './boot.js';
import { ada, plantOf, PublishingBench } from './testing/publishing-bench.js';

let bench: PublishingBench;

beforeEach(async () => {
  bench = await PublishingBench.open();
});

afterEach(async () => await bench[Symbol.asyncDispose]());

const message = 'why';

/** A start with this plant file. */
async function start(document: PlantDocument | string, path?: string): Promise<Boot> {
  return await bench.boot({ file: await bench.file(document, path) });
}

/** What somebody publishes over the API meanwhile. */
async function publish(from: Boot, address: string): Promise<void> {
  await bench.generations(from).publish({ document: plantOf(address) }, { message: 'by hand', by: ada });
}

const addressOf = ({ running }: Boot): unknown => running.document.drivers?.[0].devices?.[0].tags?.[0].address;

describe('a plant file at the start (§7.2)', () => {
  it('is published once; what was published since then is not undone, and the start says how to choose', async () => {
    const first = await start(plantOf('1'));
    expect([first.running.summary.generation, first.fileDiffers]).toEqual([1, undefined]);
    await publish(first, '2');
    for (const _restart of [1, 2]) {
      const next = await start(plantOf('1'));
      expect([next.running.summary.generation, addressOf(next), next.fileNotPublished]).toEqual([2, '2', undefined]);
      expect(next.fileDiffers).toContain('plant.yaml is not what runs: it has not changed since generation 1');
      expect(next.fileDiffers).toContain('generation 2 (ada: by hand) runs');
      expect(next.fileDiffers).toMatch(/config publish plant\.yaml -m TEXT, or .*up --plant plant\.yaml --force/);
    }
  });

  it('is published when it has changed, and with force', async () => {
    await publish(await start(plantOf('1')), '2');
    const changed = await start(plantOf('3'));
    expect([changed.running.summary.generation, addressOf(changed)]).toEqual([3, '3']);
    await publish(changed, '4');
    const forced = await bench.boot({ file: await bench.file(plantOf('3')), force: true });
    expect([forced.running.summary.generation, addressOf(forced), forced.fileDiffers]).toEqual([5, '3', undefined]);
    expect((await bench.boot({ file: await bench.file(plantOf('3')), force: true })).running.summary.generation).toBe(
      5,
    );
  });

  it('is published when it was changed back', async () => {
    await start(plantOf('1'));
    await start(plantOf('2'));
    expect(addressOf(await start(plantOf('1')))).toBe('1');
  });

  it('has not changed if it was published in another way meanwhile, as a file or as its text', async () => {
    const generations = bench.generations(await start(plantOf('1')));
    const text = JSON.stringify(plantOf('2'));
    const file = { path: '/etc/plant.yaml', sha256: textDigest(text) };
    await generations.publish({ text: `# absolute now\n${text}` }, { message, by: ada, file });
    await generations.publish({ document: plantOf('3') }, { message, by: ada });
    expect(addressOf(await start(plantOf('2')))).toBe('3');
    await generations.publish({ text: JSON.stringify(plantOf('4')) }, { message, by: ada });
    await generations.publish({ document: plantOf('5') }, { message, by: ada });
    expect(addressOf(await start(plantOf('4')))).toBe('5');
  });

  it('that was published after a file of another name does not undo that one', async () => {
    await start(plantOf('1'), '/etc/a.yaml');
    await start(plantOf('2'), '/etc/b.yaml');
    expect(addressOf(await start(plantOf('1'), '/etc/a.yaml'))).toBe('2');
    expect(addressOf(await start(plantOf('2'), '/moved/b.yaml'))).toBe('2');
  });

  it('does not undo a rollback', async () => {
    await start(plantOf('1'));
    await bench.generations(await start(plantOf('2'))).rollback(1, { by: ada });
    expect(addressOf(await start(plantOf('2')))).toBe('1');
  });

  it('is published with another comment, and what is told apart is the text', async () => {
    await start(JSON.stringify(plantOf('1')));
    const text = `# new\n${JSON.stringify(plantOf('1'))}`;
    const { running } = await start(text);
    expect([running.summary.generation, running.text]).toEqual([2, text]);
  });

  it('is compared by its content with what an older version published, which kept no text', async () => {
    const by = { name: 'plant file', via: 'plant-file', correlationId: 'start' };
    const old = { message: 'from plant.yaml', by, rollbackOf: null, fromDraft: false };
    const seal = async (generation: Parameters<typeof bench.snapshots.seal>[0]): Promise<void> => {
      await bench.snapshots.seal(generation);
    };
    await bench.site.publish({ ...old, document: plantOf('1') }, seal);
    await bench.site.publish({ ...old, document: plantOf('2'), by: ada }, seal);
    expect(addressOf(await start(plantOf('1')))).toBe('2');
    expect(addressOf(await start(plantOf('3')))).toBe('3');
  });

  it('that is refused now, and has not changed, darkens no plant: what is sealed goes on, and the start says what is wrong', async () => {
    await publish(await start(plantOf('1')), '2');
    bench.refusedAddresses.add('1');
    const found = await bench.boot({ file: await bench.refusedFile(plantOf('1')) });
    expect([addressOf(found), found.running.plant.drivers[0].refusal]).toEqual(['2', undefined]);
    expect(found.fileDiffers).toContain('there is no 1 any more');
    expect(found.fileDiffers).toContain(
      'has not changed since generation 1 was published from it: generation 2 (ada: by hand) runs',
    );
  });

  it('that is refused now ends a first start, one that was changed, and one that is forced', async () => {
    bench.refusedAddresses.add('bad');
    const first = bench.boot({ file: await bench.refusedFile(plantOf('bad')) });
    await expect(first).rejects.toMatchObject({ code: 'DOCUMENT_REFUSED' });
    await start(plantOf('1'));
    const changed = bench.boot({ file: await bench.refusedFile(plantOf('bad')) });
    await expect(changed).rejects.toMatchObject({ code: 'DOCUMENT_REFUSED' });
    bench.refusedAddresses.add('1');
    const forced = bench.boot({ file: await bench.refusedFile(plantOf('1')), force: true });
    await expect(forced).rejects.toMatchObject({ code: 'DOCUMENT_REFUSED' });
  });

  it('costs a driver that was refused since it was sealed, and a publish of the same brings it back when that is mended', async () => {
    await start(plantOf('1'));
    bench.refusedAddresses.add('1');
    const found = await bench.boot({ file: await bench.refusedFile(plantOf('1')) });
    expect(found.running.plant.drivers).toMatchObject([
      { id: 'sim', refusal: expect.stringContaining('there is no 1 any more') as string },
    ]);
    expect(found.warnings).toMatchObject([{ path: 'drivers[0]', severity: 'warning' }]);
    expect((await bench.boot()).running.plant.drivers[0].refusal).toBeDefined();
    const generations = bench.generations(found);
    await expect(generations.publish({ document: plantOf('1') }, { message, by: ada })).rejects.toThrow();
    bench.refusedAddresses.clear();
    const { published, steps } = await generations.publish({ document: plantOf('1') }, { message, by: ada });
    expect([published, steps.map(({ action }) => action)]).toEqual([true, ['remove', 'add']]);
  });

  it('waits where the authority is away, and the last sealed plant runs', async () => {
    await publish(await start(plantOf('1')), '2');
    bench.away = new GatewayError({ code: 'AUTHORITY_UNREACHABLE', kind: 'unreachable', message: 'it is away' });
    const stale = await start(plantOf('3'));
    expect([addressOf(stale), stale.fileNotPublished]).toEqual(['2', 'it is away']);
  });

  it('does not undo what is sealed here where the authority has lost its memory', async () => {
    await publish(await start(plantOf('1')), '2');
    await using empty = await PublishingBench.open();
    const parts = {
      site: 'lab',
      snapshots: bench.snapshots,
      authority: empty.link,
      check: bench.check,
      edit: bench.edit,
      logger: bench.logger,
    };
    const found = await boot(parts, { file: await bench.file(plantOf('1')) });
    expect(addressOf(found)).toBe('2');
    expect(found.fileDiffers).toContain(`plant.yaml is not published: ${found.held}`);
  });

  it('has options that a start sets; they are set in what was published since, too, and in nothing else', async () => {
    const plant = (port: number, address: string, host = 'a'): string =>
      `version: 1\nsite: lab\ndrivers:\n  - id: sim\n    type: sample\n    options: { host: ${host}, port: ${port} } # rig\n    devices: [ { id: m, tags: [ { path: line/speed, address: ${address}, dataType: float64 } ] } ]\n`;
    const startAt = async (port: number): Promise<Boot> => {
      const driverOptions = [{ driver: 'sim', name: 'port', value: port }];
      const file = await bench.file(plant(port, '1'));
      const source = { ...file.source, sha256: textDigest(plant(1, '1')) }; // of the file itself
      return await bench.boot({ file: { ...file, source }, driverOptions });
    };
    const textOf = async (text: string): Promise<void> => {
      const generations = bench.generations(await startAt(5));
      await generations.publish({ text }, { message: 'by hand', by: ada });
    };
    expect((await startAt(5)).running).toMatchObject({ summary: { generation: 1 }, text: plant(5, '1') });
    expect(await startAt(6)).toMatchObject({
      fileDiffers: undefined,
      running: { summary: { generation: 2, message: 'sim.port=6' }, text: plant(6, '1') },
    });
    await textOf(plant(5, '2'));
    const survived = await startAt(7);
    expect(survived.running).toMatchObject({ text: plant(7, '2') });
    expect(survived.fileDiffers).toContain('is not what runs');
    await textOf(plant(5, '3', 'elsewhere'));
    expect((await startAt(8)).running.text).toBe(plant(5, '3', 'elsewhere'));
  });
});
