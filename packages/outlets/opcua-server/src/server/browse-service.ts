import { randomBytes } from 'node:crypto';
import {
  BrowseResult,
  StatusCodes,
  type BrowseDescription,
  type ReferenceDescription,
  type ServerSession,
  type StatusCode as UaStatusCode,
} from 'node-opcua';
import type { BrowsePage } from '../space/space-accessor.js';
import { Slices } from './work-scope.js';

/** References of one node in one answer, also where the client sets no limit. */
export const maxReferencesPerNode = 1_000;

/** References of one request, and their bytes, about: enough for folders of any plant, too little to end a process. */
const maxReferences = 20_000;
const maxBytes = 4 * 1_048_576;
const maxContinuationPoints = 50;

/** Where a Browse goes on. Holds no references: they are looked up when they are asked for. */
interface Cursor {
  readonly description: BrowseDescription;
  readonly offset: number;
  readonly limit: number;
}

/** References of a node from an offset on, at most so many. */
export type FindPage = (description: BrowseDescription, offset: number, limit: number) => Promise<BrowsePage>;

/**
 * Browse and BrowseNext with an end (OPC 10000-4, 5.9.2): the library makes all references of all nodes before it looks at a limit, and
 * takes a client's 0 for no limit.
 */
export class BrowseService {
  readonly #cursors = new WeakMap<ServerSession, Map<string, Cursor>>();

  async browse(
    session: ServerSession,
    descriptions: readonly BrowseDescription[],
    asked: number,
    find: FindPage,
  ): Promise<BrowseResult[]> {
    const limit = asked === 0 ? maxReferencesPerNode : Math.min(asked, maxReferencesPerNode);
    return await this.#pages(
      session,
      descriptions.map((description) => ({ description, offset: 0, limit })),
      find,
    );
  }

  async browseNext(
    session: ServerSession,
    points: readonly (Buffer | null)[],
    find: FindPage,
  ): Promise<BrowseResult[]> {
    return await this.#pages(
      session,
      points.map((point) => this.#take(session, point)),
      find,
    );
  }

  release(session: ServerSession, points: readonly (Buffer | null)[]): BrowseResult[] {
    return points.map((point) => refused(this.#take(session, point) ? StatusCodes.Good : unknownPoint));
  }

  async #pages(
    session: ServerSession,
    cursors: readonly (Cursor | undefined)[],
    find: FindPage,
  ): Promise<BrowseResult[]> {
    const slices = new Slices();
    const results: BrowseResult[] = [];
    let references = 0;
    let bytes = 0;
    for (const cursor of cursors) {
      if (!cursor) results.push(refused(unknownPoint));
      else if (references >= maxReferences || bytes >= maxBytes) results.push(this.#later(session, cursor));
      else {
        const result = await this.#page(session, cursor, find);
        references += result.references?.length ?? 0;
        bytes += bytesOf(result.references ?? []);
        results.push(result);
      }
      await slices.breathe();
    }
    return results;
  }

  async #page(session: ServerSession, cursor: Cursor, find: FindPage): Promise<BrowseResult> {
    const { result, hasMore } = await find(cursor.description, cursor.offset, cursor.limit);
    if (!hasMore) return result;
    const continuationPoint = this.#keep(session, { ...cursor, offset: cursor.offset + cursor.limit });
    if (!continuationPoint) return refused(StatusCodes.BadNoContinuationPoints);
    result.continuationPoint = continuationPoint;
    return result;
  }

  /** The request is full: this node is to be asked for once more. */
  #later(session: ServerSession, cursor: Cursor): BrowseResult {
    const continuationPoint = this.#keep(session, cursor);
    if (!continuationPoint) return refused(StatusCodes.BadNoContinuationPoints);
    return new BrowseResult({ statusCode: StatusCodes.Good, continuationPoint, references: [] });
  }

  #keep(session: ServerSession, cursor: Cursor): Buffer | undefined {
    const cursors = this.#cursors.get(session) ?? new Map<string, Cursor>();
    if (cursors.size >= maxContinuationPoints) return undefined;
    const point = randomBytes(12);
    cursors.set(point.toString('hex'), cursor);
    this.#cursors.set(session, cursors);
    return point;
  }

  #take(session: ServerSession, point: Buffer | null): Cursor | undefined {
    const key = point?.toString('hex') ?? '';
    const cursors = this.#cursors.get(session);
    const cursor = cursors?.get(key);
    cursors?.delete(key);
    return cursor;
  }
}

const unknownPoint = StatusCodes.BadContinuationPointInvalid;

function refused(statusCode: UaStatusCode): BrowseResult {
  return new BrowseResult({ statusCode, references: [] });
}

/** Names are what differs; the rest of a reference is some 60 bytes. */
function bytesOf(references: readonly ReferenceDescription[]): number {
  let bytes = 0;
  for (const { nodeId, browseName, displayName } of references) {
    const id: unknown = nodeId.value;
    bytes +=
      60 + (typeof id === 'string' ? id.length : 16) + (browseName.name?.length ?? 0) + (displayName.text?.length ?? 0);
  }
  return bytes;
}
