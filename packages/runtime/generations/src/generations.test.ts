import { GatewayError } from '@fieldwarden/core';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DocumentRefused } from './generation-errors.js';
import { ada, plantOf, PublishingBench } from './testing/publishing-bench.js';

let bench: PublishingBench;

beforeEach(async () => {
  bench = await PublishingBench.open();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await bench[Symbol.asyncDispose]();
});

const away = new GatewayError({ code: 'AUTHORITY_UNREACHABLE', kind: 'unreachable', message: 'it is away' });
const message = 'why';

/** As people write it. */
function yamlOf(address: string): string {
  return `# hall 3\nsite: lab # here\nversion: 1\ndrivers:\n  - id: sim\n    type: sample\n    devices: [ { id: m, tags: [ {path: line/speed, address: ${address}, dataType: float64} ] } ]\n`;
}

describe('a publish (§7.2)', () => {
  it('numbers, seals, moves CURRENT and applies the difference', async () => {
    const generations = await bench.running(plantOf('1'));
    const answer = await generations.publish({ document: plantOf('2') }, { message, by: ada });
    expect(answer).toMatchObject({ generation: 2, published: true, failures: [] });
    expect(answer.steps).toMatchObject([{ driverId: 'sim', action: 'tags', device: 'm', reconnect: false }]);
    expect(bench.applied.map(({ next }) => next.summary.generation)).toEqual([2]);
    expect(await bench.snapshots.readCurrent()).toMatchObject({ generation: 2, document: plantOf('2'), author: 'ada' });
    expect(generations.running).toMatchObject({ generation: 2, message });
  });

  it('that was committed and cannot be made current is held, said, and resolved by the next', async () => {
    const generations = await bench.running(plantOf('1'));
    const pointer = join(bench.snapshots.directory, 'CURRENT');
    await rm(pointer, { force: true });
    await mkdir(pointer);
    const refusal = generations.publish({ document: plantOf('2') }, { message, by: ada });
    await expect(refusal).rejects.toThrow('generation 2 is published, but could not be made current here');
    expect(bench.applied).toEqual([]);
    expect(generations.running.generation).toBe(1);
    expect(generations.state.held).toMatchObject({ authorityGeneration: 2 });
    expect(bench.told).toEqual(['held']);
    await rmdir(pointer);
    expect(await generations.publish({ document: plantOf('2') }, { message, by: ada })).toMatchObject({
      generation: 3,
    });
    expect(await bench.snapshots.readCurrent()).toMatchObject({ generation: 3 });
    expect(generations.state.held).toBeNull();
  });

  it('makes no generation of what runs already', async () => {
    const generations = await bench.running();
    const answer = await generations.publish({ document: plantOf() }, { message, by: ada });
    expect(answer).toMatchObject({ generation: 1, published: false, steps: [] });
    expect(bench.applied).toEqual([]);
  });

  it('takes over the new value behind a reference of the document that runs', async () => {
    vi.stubEnv('PLC_HOST', 'old.plant');
    const drivers = [{ id: 'sim', type: 'sample', options: { host: '${env:PLC_HOST}' }, devices: [] }];
    const document = { ...plantOf(), drivers };
    const generations = await bench.running(document);
    vi.stubEnv('PLC_HOST', 'new.plant');
    const answer = await generations.publish({ document }, { message, by: ada });
    expect(answer).toMatchObject({ generation: 2, published: true, steps: [{ driverId: 'sim' }] });
    expect(bench.applied[0].next.plant.drivers[0].options).toEqual({ host: 'new.plant' });
    expect(await generations.publish({ document }, { message, by: ada })).toMatchObject({ published: false });
  });

  it('and a rollback change nothing that whoever asks may not change, and write that down', async () => {
    const generations = await bench.running(plantOf('1'));
    await generations.publish({ document: plantOf('2') }, { message, by: ada });
    const seen: unknown[] = [];
    const demand = (...documents: readonly unknown[]) => {
      seen.push(documents);
      throw new GatewayError({ code: 'NOT_PERMITTED', kind: 'forbidden', message: 'ada may not' });
    };
    for (const refusal of [
      generations.publish({ document: plantOf('3') }, { message, by: ada, demand }),
      generations.rollback(1, { by: ada, demand }),
    ])
      await expect(refusal).rejects.toMatchObject({ code: 'NOT_PERMITTED' });
    expect(seen).toEqual([
      [plantOf('2'), plantOf('3')],
      [plantOf('2'), plantOf('1')],
    ]);
    expect(generations.running.generation).toBe(2);
    expect((await generations.archive.audit(1))[0]).toMatchObject({ action: 'refused', message: 'ada may not' });
  });

  it('refuses a document with errors, with every finding, and writes that down', async () => {
    const generations = await bench.running();
    const wrong = { ...plantOf(), drivers: [{ id: 'A', type: 'nothing' }] };
    const refusal = generations.publish({ document: wrong }, { message, by: ada });
    await expect(refusal).rejects.toBeInstanceOf(DocumentRefused);
    await expect(refusal).rejects.toMatchObject({
      findings: [{ path: 'drivers[0].id' }, { path: 'drivers[0].type' }],
    });
    expect(await generations.archive.audit(1)).toMatchObject([{ action: 'refused', author: 'ada' }]);
    expect(generations.running.generation).toBe(1);
  });

  it('refuses another site', async () => {
    const generations = await bench.running();
    const answer = await generations.validate({ document: plantOf('1', 'other') });
    expect(answer).toMatchObject({ valid: false, findings: [{ path: 'site', rule: 'site-fixed' }] });
  });

  it('fails at once while the authority is away, and changes nothing', async () => {
    const generations = await bench.running();
    bench.away = away;
    await expect(generations.publish({ document: plantOf('2') }, { message, by: ada })).rejects.toMatchObject({
      code: 'AUTHORITY_UNREACHABLE',
    });
    expect(bench.applied).toEqual([]);
    expect((await bench.snapshots.current())?.generation).toBe(1);
  });

  it('carries changes out one after the other', async () => {
    const generations = await bench.running();
    const publish = (address: string) => generations.publish({ document: plantOf(address) }, { message, by: ada });
    const answers = await Promise.all(['2', '3', '4'].map(publish));
    expect(answers.map(({ generation }) => generation)).toEqual([2, 3, 4]);
    expect(bench.applied.map(({ next }) => next.summary.generation)).toEqual([2, 3, 4]);
  });
});

describe('the text of a generation (§7.2)', () => {
  it('is kept as it was written; a document of plain values changes it where they differ', async () => {
    const generations = await bench.running(yamlOf('1'));
    await generations.publish({ document: plantOf('2') }, { message, by: ada });
    expect(await generations.text()).toBe(yamlOf('2'));
    expect((await generations.archive.generation(1)).text).toBe(yamlOf('1'));
    expect((await bench.snapshots.read(2)).text).toBe(yamlOf('2'));
  });

  it('comes back with a rollback', async () => {
    const generations = await bench.running(yamlOf('1'));
    await generations.publish({ text: JSON.stringify(plantOf('2')) }, { message, by: ada });
    expect(await generations.text()).toBe(JSON.stringify(plantOf('2')));
    await generations.rollback(1, { by: ada });
    expect(await generations.text()).toBe(yamlOf('1'));
  });

  it('is a change of its own: another comment is published, and touches nothing', async () => {
    const generations = await bench.running(yamlOf('1'));
    const text = `${yamlOf('1')}# more\n`;
    const answer = await generations.publish({ text }, { message, by: ada });
    expect(answer).toMatchObject({ generation: 2, published: true, steps: [] });
    expect(await generations.publish({ text }, { message, by: ada })).toMatchObject({ published: false });
    expect(await generations.text()).toBe(text);
  });
});

describe('a draft (§7.2)', () => {
  it('is the published document as it was written until somebody changes it, comments and all', async () => {
    const text = yamlOf('1');
    const generations = await bench.running(text);
    expect(await generations.draft()).toMatchObject({ revision: 1, edited: false, text });
  });

  it('is the published document as YAML where that came as plain values', async () => {
    await bench.site.publish(
      { document: plantOf(), message, by: ada, rollbackOf: null, fromDraft: false },
      async (made) => {
        await bench.snapshots.seal(made);
      },
    );
    const generations = bench.generations(await bench.boot());
    expect((await generations.draft()).text).toContain('\nsite: lab\n');
  });

  it('is kept as typed, published, and then gone', async () => {
    const generations = await bench.running();
    const text = JSON.stringify(plantOf('9'));
    const { revision } = await generations.saveDraft(text, undefined, ada);
    expect(await generations.draft()).toMatchObject({ edited: true, text, baseGeneration: 1 });
    expect(await generations.publish('draft', { message, by: ada, expectedRevision: revision })).toMatchObject({
      generation: 2,
    });
    expect(await generations.draft()).toMatchObject({ edited: false, text: expect.stringContaining('9') as string });
  });

  it('is not published over a change that somebody else made', async () => {
    const generations = await bench.running();
    const { revision } = await generations.saveDraft(JSON.stringify(plantOf('8')), undefined, ada);
    await generations.saveDraft(JSON.stringify(plantOf('9')), revision, ada);
    const late = generations.publish('draft', { message, by: ada, expectedRevision: revision });
    await expect(late).rejects.toMatchObject({ code: 'REVISION_STALE' });
    expect(generations.running.generation).toBe(1);
  });

  it('cannot be published when there is none', async () => {
    const generations = await bench.running();
    await expect(generations.publish('draft', { message, by: ada })).rejects.toMatchObject({ code: 'DRAFT_MISSING' });
  });
});

describe('earlier generations (§7.2)', () => {
  it('come back as a new one', async () => {
    const generations = await bench.running(plantOf('1'));
    await generations.publish({ document: plantOf('2') }, { message, by: ada });
    expect(await generations.rollback(1, { by: ada })).toMatchObject({ generation: 3, published: true });
    expect(await generations.document()).toEqual(plantOf('1'));
    const { generations: rows, running, published } = await generations.archive.list(10);
    expect(rows.map(({ generation, rollbackOf }) => [generation, rollbackOf])).toEqual([
      [3, 1],
      [2, null],
      [1, null],
    ]);
    expect([running, published]).toEqual([3, 3]);
  });

  it('are listed page by page, and shown with their document', async () => {
    const generations = await bench.running();
    for (const address of ['2', '3']) await generations.publish({ document: plantOf(address) }, { message, by: ada });
    const first = await generations.archive.list(2);
    expect(first).toMatchObject({ nextBefore: 2, generations: [{ generation: 3 }, { generation: 2 }] });
    expect(await generations.archive.list(2, 2)).toMatchObject({ nextBefore: null, generations: [{ generation: 1 }] });
    expect(await generations.archive.generation(2)).toMatchObject({ generation: 2, document: plantOf('2') });
    await expect(generations.archive.generation(77)).rejects.toMatchObject({ code: 'GENERATION_UNKNOWN' });
  });

  it('differ as documents and as what would happen', async () => {
    const generations = await bench.running(plantOf('1'));
    const diff = await generations.diff('running', { document: plantOf('2') });
    expect(diff).toMatchObject({ from: 1, to: 'document', leftOff: 0 });
    expect(diff.changes).toMatchObject([{ kind: 'changed', before: '1', after: '2' }]);
    expect(diff.steps).toMatchObject([{ driverId: 'sim', action: 'tags' }]);
  });
});

describe('what others publish (§7.4)', () => {
  const publishThere = async (address: string) =>
    await bench.site.publish(
      { document: plantOf(address), message, by: ada, rollbackOf: null, fromDraft: false },
      async () => {},
    );

  it('is sealed and applied here', async () => {
    const generations = await bench.running();
    const there = await publishThere('2');
    await generations.follow(there);
    expect(generations.running).toMatchObject({ generation: 2 });
    expect((await bench.snapshots.current())?.generation).toBe(2);
    expect(bench.told).toContain('followed 2');
  });

  it('stays outside when it does not fit this gateway, and says why', async () => {
    const generations = await bench.running();
    const there = await bench.site.publish(
      {
        document: { version: 1, site: 'lab', drivers: [{ id: 'x', type: 'elsewhere' }] },
        message,
        by: ada,
        rollbackOf: null,
        fromDraft: false,
      },
      async () => {},
    );
    await generations.follow(there);
    expect(generations.running.generation).toBe(1);
    expect(generations.state.held).toMatchObject({
      authorityGeneration: 2,
      reason: expect.stringMatching(/generation 2 does not fit this gateway: drivers\[0\]\.type/) as string,
    });
  });

  it('is never older than what runs: a restored database is reported and held until an operator publishes', async () => {
    const generations = await bench.running();
    const first = await bench.site.current();
    await generations.publish({ document: plantOf('2') }, { message, by: ada });
    bench.site.currentSummary = async () => await Promise.resolve(first);
    await bench.link.look();
    expect(generations.state.held).toMatchObject({ authorityGeneration: 1 });
    expect(generations.running.generation).toBe(2);
    expect(await generations.publish({ document: plantOf('2') }, { message, by: ada })).toMatchObject({
      generation: 3,
      published: true,
    });
    expect(generations.state.held).toBeNull();
  });
});

describe('a start (§7.3, §7.4)', () => {
  it('publishes the plant file first, and not again when it says the same', async () => {
    expect((await bench.boot({ file: await bench.file(plantOf()) })).running.summary.generation).toBe(1);
    expect((await bench.boot({ file: await bench.file(plantOf()) })).running.summary.generation).toBe(1);
    expect((await bench.boot({ file: await bench.file(plantOf('2')) })).running.summary.generation).toBe(2);
    expect((await bench.boot()).running).toMatchObject({ document: plantOf('2') });
  });

  it('goes on with what is sealed while the authority is away', async () => {
    await bench.boot({ file: await bench.file(plantOf()) });
    bench.away = away;
    expect(await bench.boot()).toMatchObject({ running: { document: plantOf() }, held: undefined });
    const other = await bench.boot({ file: await bench.file(plantOf('2')) });
    expect(other).toMatchObject({ running: { document: plantOf() }, fileNotPublished: 'it is away' });
  });

  it('refuses without snapshot and without database, and without anything published', async () => {
    await expect(bench.boot()).rejects.toMatchObject({ code: 'PLANT_MISSING', kind: 'config' });
    bench.away = away;
    await expect(bench.boot()).rejects.toMatchObject({ code: 'FIRST_START_WITHOUT_DATABASE', kind: 'config' });
  });

  it('runs an older sealed generation when the operator names it, and does not follow the authority by itself', async () => {
    await bench.boot({ file: await bench.file(plantOf('1')) });
    await bench.boot({ file: await bench.file(plantOf('2')) });
    const started = await bench.boot({ generation: 1 });
    expect(started).toMatchObject({
      running: { document: plantOf('1') },
      held: expect.stringContaining('generation 1') as string,
    });
    expect((await bench.snapshots.current())?.generation).toBe(2);
    const generations = bench.generations(started);
    await bench.link.look();
    expect(generations.running.generation).toBe(1);
    expect(await generations.publish({ document: plantOf('1') }, { message, by: ada })).toMatchObject({
      generation: 3,
    });
    expect(generations.state.held).toBeNull();
  });

  it('takes over what was published elsewhere, unless it does not fit', async () => {
    await bench.boot({ file: await bench.file(plantOf('1')) });
    await bench.site.publish(
      { document: plantOf('5'), message, by: ada, rollbackOf: null, fromDraft: false },
      async () => {},
    );
    expect((await bench.boot()).running.summary.generation).toBe(2);
    const alien = { version: 1 as const, site: 'lab', drivers: [{ id: 'x', type: 'elsewhere' }] };
    await bench.site.publish({ document: alien, message, by: ada, rollbackOf: null, fromDraft: false }, async () => {});
    expect(await bench.boot()).toMatchObject({
      running: { document: plantOf('5') },
      held: expect.stringContaining('generation 3') as string,
    });
  });
});
