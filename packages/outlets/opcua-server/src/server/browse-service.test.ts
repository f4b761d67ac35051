import { BrowseDescription, BrowseResult, ReferenceDescription, StatusCodes, type ServerSession } from 'node-opcua';
import { beforeEach, describe, expect, test } from 'vitest';
import { BrowseService, maxReferencesPerNode, type FindPage } from './browse-service.js';

const session = {} as ServerSession;
const folder = new BrowseDescription({ nodeId: 'ns=2;s=folder' });

let service: BrowseService;
let made: number;

beforeEach(() => {
  service = new BrowseService();
  made = 0;
});

/** A folder with so many references; counts those that it makes. */
const folderOf =
  (references: number, nameLength = 10): FindPage =>
  (_description, offset, limit) => {
    const length = Math.max(0, Math.min(limit, references - offset));
    made += length;
    const found = Array.from({ length }, (_, i) => {
      const name = String(offset + i).padEnd(nameLength, '.');
      return new ReferenceDescription({ browseName: { name }, displayName: { text: name } });
    });
    const result = new BrowseResult({ statusCode: StatusCodes.Good, references: found });
    return Promise.resolve({ result, hasMore: offset + length < references });
  };

const counts = (results: readonly BrowseResult[]) => results.map(({ references }) => references?.length ?? 0);

describe('a Browse', () => {
  test('without a limit of the client has ours, and goes on from there to the end', async () => {
    const find = folderOf(2_500);
    let [result] = await service.browse(session, [folder], 0, find);
    const seen = [...(result.references ?? [])];
    expect(seen).toHaveLength(maxReferencesPerNode);
    while (result.continuationPoint?.length > 0) {
      [result] = await service.browseNext(session, [result.continuationPoint], find);
      seen.push(...(result.references ?? []));
    }
    expect(seen.map(({ browseName }) => Number.parseInt(browseName.name!))).toEqual(
      Array.from({ length: 2_500 }, (_, i) => i),
    );
  });

  test('keeps to a smaller limit of the client', async () => {
    expect(counts(await service.browse(session, [folder, folder], 7, folderOf(100)))).toEqual([7, 7]);
  });

  test('of the same large folder many times over makes as much as one request may have, not more', async () => {
    const results = await service.browse(
      session,
      Array.from({ length: 1_000 }, () => folder),
      0,
      folderOf(1_000),
    );
    expect(made).toBe(20_000);
    expect(counts(results).slice(0, 21)).toEqual([...Array.from({ length: 20 }, () => 1_000), 0]);
    const [later] = await service.browseNext(session, [results[20].continuationPoint], folderOf(1_000));
    expect(later.references).toHaveLength(1_000);
    expect(results[999].statusCode).toEqual(StatusCodes.BadNoContinuationPoints);
  });

  test('of long names ends by their bytes', async () => {
    await service.browse(
      session,
      Array.from({ length: 100 }, () => folder),
      0,
      folderOf(1_000, 4_000),
    );
    expect(made).toBe(1_000);
  });

  test('has fifty continuation points per session, each good once and for its own session', async () => {
    const results = await service.browse(
      session,
      Array.from({ length: 51 }, () => folder),
      1,
      folderOf(3),
    );
    expect(results[50].statusCode).toEqual(StatusCodes.BadNoContinuationPoints);
    const point = results[0].continuationPoint;
    const [stranger] = await service.browseNext({} as ServerSession, [point], folderOf(3));
    expect(stranger.statusCode).toEqual(StatusCodes.BadContinuationPointInvalid);
    expect(service.release(session, [point])[0].statusCode).toEqual(StatusCodes.Good);
    const [again] = await service.browseNext(session, [point, null], folderOf(3));
    expect(again.statusCode).toEqual(StatusCodes.BadContinuationPointInvalid);
  });
});
