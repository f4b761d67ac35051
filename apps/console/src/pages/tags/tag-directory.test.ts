import type { TagRow } from '@fieldwarden/admin-contract';
import { describe, expect, it } from 'vitest';
import { TagDirectory } from './tag-directory.js';

function row(path: string, changes: Partial<TagRow> = {}): TagRow {
  const value = { path, value: 1, status: 'Good', statusCode: 0, sourceAt: null, serverAt: null };
  return {
    ...value,
    driverId: 'plc',
    device: 'unit1',
    serviceId: null,
    dataType: 'float32',
    access: 'read-only',
    unit: null,
    description: null,
    ...changes,
  };
}

function directory(): TagDirectory {
  const all = new TagDirectory();
  all.append({
    schema: 'fieldwarden/tags@1',
    total: 3,
    nextCursor: 'b',
    tags: [row('a/Speed'), row('b', { description: 'Oil level' })],
  });
  all.append({
    schema: 'fieldwarden/tags@1',
    total: 3,
    nextCursor: null,
    tags: [row('c', { driverId: 'press', unit: '%' })],
  });
  return all;
}

describe('the directory of tags', () => {
  it('grows page by page, and knows when it is complete', () => {
    const all = new TagDirectory();
    expect(all.complete).toBe(false);
    all.append({ schema: 'fieldwarden/tags@1', total: 2, nextCursor: 'a', tags: [row('a')] });
    expect([all.size, all.total, all.complete]).toEqual([1, 2, false]);
    all.append({ schema: 'fieldwarden/tags@1', total: 2, nextCursor: null, tags: [row('b')] });
    expect([all.size, all.complete]).toEqual([2, true]);
  });

  it('gives back what a tag is, without its value', () => {
    expect(directory().at(2)).toEqual({
      path: 'c',
      driverId: 'press',
      device: 'unit1',
      serviceId: null,
      dataType: 'float32',
      access: 'read-only',
      unit: '%',
      description: null,
    });
  });

  it('finds by words of path, description, driver and device, whatever the case', () => {
    const all = directory();
    expect(all.search('speed')).toEqual([0]);
    expect(all.search('OIL lev')).toEqual([1]);
    expect(all.search('press/unit1')).toEqual([2]);
    expect(all.search('unit1')).toEqual([0, 1, 2]);
    expect(all.search('nothing')).toEqual([]);
    expect(all.ofDriver('plc')).toEqual([0, 1]);
  });

  it('finds the place of a path, and of none that is not there', () => {
    const all = directory();
    expect([all.indexOf('b'), all.indexOf('a/Spee'), all.indexOf('z')]).toEqual([1, -1, -1]);
  });
});
