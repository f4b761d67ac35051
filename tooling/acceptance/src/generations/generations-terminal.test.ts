import type { ConfigDiff, GenerationList, PublishAnswer, Status } from '@fieldwarden/admin-contract';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GatewayProcess } from '../processes/gateway-process.js';
import { numberedPlant, runningNumbers } from './numbered-plant.js';

describe('a configuration session at the terminal (§7.1, §7.2)', () => {
  it('validate, diff, publish, a bad file, rollback, generations, show, export', async () => {
    await using gateway = await GatewayProcess.launch({ plant: numberedPlant(1) });
    const file = join(gateway.home, 'next.yaml');
    await writeFile(file, JSON.stringify(numberedPlant(2)));
    expect(await gateway.cli('config', 'validate', file)).toMatchObject({ code: 0 });
    const diff = await gateway.cli('config', 'diff', file);
    expect(diff.code).toBe(0);
    expect(diff.stdout).toContain('right/n2');
    expect((await gateway.cliJson<ConfigDiff>('config', 'diff', file)).steps).toHaveLength(2);

    const published = await gateway.cliJson<PublishAnswer>('config', 'publish', file, '-m', 'the second');
    expect(published).toMatchObject({ generation: 2, published: true, failures: [] });
    expect(await runningNumbers(gateway)).toEqual([2]);
    const again = await gateway.cli('config', 'publish', file, '-m', 'again');
    expect(again.code).toBe(0);

    await writeFile(file, JSON.stringify(numberedPlant(3)).replaceAll('simulator', 'simulant'));
    const refused = await gateway.cli('config', 'publish', file, '-m', 'a bad one');
    expect(refused.code).toBe(78);
    expect(refused.stdout + refused.stderr).toContain('simulant');
    expect(await runningNumbers(gateway)).toEqual([2]);

    expect(await gateway.cli('config', 'rollback', '1')).toMatchObject({ code: 0 });
    expect(await runningNumbers(gateway)).toEqual([1]);
    const list = await gateway.cliJson<GenerationList>('config', 'generations');
    expect(list).toMatchObject({ running: 3, published: 3 });
    expect(list.generations.map(({ generation, rollbackOf }) => [generation, rollbackOf])).toEqual([
      [3, 1],
      [2, null],
      [1, null],
    ]);
    expect((await gateway.cli('config', 'generations')).stdout).toContain('the second');
    expect((await gateway.cli('config', 'show', '2')).stdout).toContain('right/n2');
    expect((await gateway.cli('config', 'export')).stdout).toContain('right/n1');
    expect(await gateway.cliJson<Status>('status')).toMatchObject({ generation: 3, usingStaleConfig: false });
  });
});
