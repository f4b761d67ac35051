import { documentBudget as budget } from '@fieldwarden/gateway-contract';
import { describe, expect, it } from 'vitest';
import { loadPlantDocument, loadPlantText } from '../text/load-plant-file.js';
import { sampleCatalogue } from '../testing/sample-catalogue.js';

const place = { baseDir: '/', secretFolders: [], modules: { folders: [] } };
const check = (text: string) => loadPlantText(text, place, sampleCatalogue());
const checkValues = (document: unknown) => loadPlantDocument(document, place, sampleCatalogue());

describe('the admission of a document (§7.1)', () => {
  it.each([
    ['7 million empty drivers', () => `{"drivers":[${'{},'.repeat(7_000_000)}{}]}`, /more than 6,000,000 values/],
    [
      '7 million numbers, nested',
      () => `{"a":${'['.repeat(1_000)}${'1,'.repeat(7_000_000)}1${']'.repeat(1_000)}}`,
      /values/,
    ],
    ['30 MB of flow text', () => `drivers: [${'{a: 1}, '.repeat(3_750_000)}]`, /more than 1,500,000 values/],
    ['more bytes than any plant', () => `# ${'x'.repeat(budget.bytes)}`, /bytes/],
  ])('refuses %s before it is parsed, with one finding', async (_says, text, message) => {
    const { plant, findings } = await check(text());
    expect(plant).toBeUndefined();
    expect(findings).toMatchObject([
      { rule: 'too-large', severity: 'error', message: expect.stringMatching(message) as string },
    ]);
  });

  it.each([
    ['drivers', { drivers: Array.from({ length: 1_001 }, () => ({})) }],
    ['devices', { drivers: [{ devices: Array.from({ length: 20_001 }, () => ({})) }] }],
    ['tags', { drivers: [{ devices: [{ tags: Array.from({ length: 600_001 }, () => null) }] }] }],
    ['services', { services: Array.from({ length: 101 }, () => ({})) }],
  ])('refuses too many %s with one finding', async (what, document) => {
    const { findings } = await checkValues({ version: 1, site: 'a', ...document });
    expect(findings).toMatchObject([{ rule: 'too-large', message: expect.stringContaining(what) as string }]);
  });

  it('refuses what is nested deeper than options may be', async () => {
    const options = Array.from({ length: 200 }).reduce<object>((inner) => ({ inner }), {});
    const { findings } = await checkValues({ version: 1, site: 'a', drivers: [{ id: 'p', type: 'press', options }] });
    expect(findings).toMatchObject([{ rule: 'too-large', message: expect.stringContaining('100 levels') as string }]);
  });

  it('unfolds no bomb of aliases', async () => {
    const lists = Array.from(
      { length: 20 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`,
    );
    const { findings } = await check(`l0: &l0 [x, x]\n${lists.join('\n')}\n`);
    expect(findings).toMatchObject([{ rule: 'syntax', severity: 'error' }]);
  });

  it('keeps the first thousand findings and counts the others', async () => {
    const drivers = Array.from({ length: 700 }, () => ({ nonsense: 1, [`long${'g'.repeat(5_000)}`]: 1 }));
    const { findings } = await checkValues({ version: 1, site: 'a', drivers });
    expect(findings).toHaveLength(1_001);
    expect(findings.at(-1)).toMatchObject({
      rule: 'more',
      message: expect.stringMatching(/^and [\d,]+ more$/) as string,
    });
    const longest = Math.max(...findings.map(({ path, message }) => path.length + message.length));
    expect(longest).toBeLessThanOrEqual(1_400);
  });
});
