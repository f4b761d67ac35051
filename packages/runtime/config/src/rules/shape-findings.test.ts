import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Findings } from './findings.js';
import { checkShape } from './shape-findings.js';

describe('what a schema has against a document (§7.1)', () => {
  it('is a finding also where it has more against it than zod can hold', () => {
    const overwhelmed = z.custom(() => {
      throw new RangeError('Maximum call stack size exceeded'); // what zod does at 200,000 wrong tags
    });
    const findings = new Findings();
    expect(checkShape(overwhelmed, {}, findings)).toBeUndefined();
    expect(findings.list).toMatchObject([
      { path: '', rule: 'shape', message: expect.stringContaining('mistakes') as string },
    ]);
  });

  it('is counted beyond what is kept, without words that nobody reads', () => {
    const findings = new Findings(undefined, 3);
    const fields = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`nmae${i}`, i]));
    checkShape(z.strictObject({ name: z.string().optional() }), fields, findings);
    expect([findings.list.length, findings.leftOff]).toEqual([3, 47]);
    expect(findings.list[0].message).toContain('known here: name');
  });
});
