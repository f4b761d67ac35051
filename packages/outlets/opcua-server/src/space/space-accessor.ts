import { messageOf, NoticeLimit, type Clock, type Logger } from '@fieldwarden/core';
import { mayDo, originFields, type Origin, type Principal } from '@fieldwarden/gateway-contract';
import {
  AccessLevelFlag,
  AttributeIds,
  BrowseDirection,
  BrowseResult,
  coerceNodeId,
  NodeClass,
  NodeId,
  StatusCodes,
  TimestampsToReturn,
  type BaseNode,
  type BrowseDescriptionOptions,
  type CallMethodRequest,
  type CallMethodResultOptions,
  type DataValue,
  HistoryReadResult,
  type HistoryReadRequest,
  type HistoryReadValueId,
  type ISessionContext,
  type ReadRequestOptions,
  type ReadValueIdOptions,
  type ServerEngine,
  type ServerSession,
  type StatusCode as UaStatusCode,
  type UAMethod,
  type UAVariable,
  type WriteValue,
} from 'node-opcua';
import { browseNode, topReferences, type BrowsePage, type PageOptions } from './browser.js';
import type { ConditionMethods } from '../alarms/condition-methods.js';
import { operationPlace } from '../methods/operation-reason.js';
import { isObjectsFolder } from './objects-folder.js';
import { badValue, withTimestamps } from './node-attributes.js';
import { requestScope } from '../server/request-scope.js';
import { approximateBytes } from '../server/response-size.js';
import { Slices, workScope } from '../server/work-scope.js';
import type { TagSpace } from './tag-space.js';
import type { HistoryDesk, TagWriter } from '@fieldwarden/service';
import { HistoryReader } from '../history/history-reader.js';
import { originOf, writeNodes } from '../server/write-request.js';
import { isPrivate, maySeePrivate } from '../users/private-nodes.js';

export type { BrowsePage } from './browser.js';

/** What the library's engine serves Browse, Read, Write, Call and HistoryRead through. */
export type Accessor = NonNullable<ServerEngine['addressSpaceAccessor']>;

export interface SpaceAccessorDependencies {
  /** The library's own accessor, for the standard namespace. */
  readonly inner: Accessor;
  /** A node of the standard namespace. */
  readonly findStandard: (nodeId: NodeId) => BaseNode | null;
  readonly space: TagSpace;
  /** What people do about alarms; undefined where none are shown. */
  readonly conditionMethods?: ConditionMethods | undefined;
  readonly writer: TagWriter;
  readonly history: HistoryDesk;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A member of the library's methods that its types do not show. */
interface BindableMethod {
  isBound(): boolean;
}

interface RefusedNode {
  readonly nodeId: string;
  readonly status: string;
  readonly why: string;
}

/** Characters of a node id in the log: a stranger may make one up. */
const maxShown = 200;

/**
 * Answers for the gateway's namespace from the tag store, and leaves the standard namespace to the library. `read` must not
 * reject: the library takes its promise without a catch.
 */
export class SpaceAccessor implements Accessor {
  readonly #inner: Accessor;
  readonly #findStandard: SpaceAccessorDependencies['findStandard'];
  readonly #space: TagSpace;
  readonly #conditionMethods: ConditionMethods | undefined;
  readonly #writer: TagWriter;
  readonly #logger: Logger;
  readonly #refusals: NoticeLimit;
  readonly #history: HistoryReader<object>;

  constructor(dependencies: SpaceAccessorDependencies) {
    const { inner, findStandard, space, conditionMethods, writer, history, clock, logger } = dependencies;
    this.#refusals = new NoticeLimit(clock);
    this.#inner = inner;
    this.#findStandard = findStandard;
    this.#space = space;
    this.#conditionMethods = conditionMethods;
    this.#writer = writer;
    this.#logger = logger;
    this.#history = new HistoryReader({ desk: history, pathOf: (node) => this.#historyOf(node), logger });
  }

  /** All references of each node: for those in the library who browse on their own. Clients have pages. */
  async browse(context: ISessionContext, requests: BrowseDescriptionOptions[]): Promise<BrowseResult[]> {
    const results: BrowseResult[] = [];
    const everything = { offset: 0, limit: Number.POSITIVE_INFINITY };
    for (const request of requests) results.push((await this.browsePage(context, request, everything)).result);
    return results;
  }

  async browsePage(
    context: ISessionContext,
    request: BrowseDescriptionOptions,
    page: PageOptions,
  ): Promise<BrowsePage> {
    const nodeId = coerceNodeId(request.nodeId ?? '');
    const principal = this.#space.principalOf(context);
    const node = this.#space.find(nodeId);
    if (!node) return pageOf(await this.#browseForeign(context, nodeId, request, principal), page);
    const refused = mayDo(principal, 'view') ? this.#checkBrowse(request) : browseDenied();
    return refused ? { result: refused, hasMore: false } : await browseNode(this.#space, node, request, page);
  }

  /** In pieces, and no further than the client takes. */
  async read(context: ISessionContext, request: ReadRequestOptions): Promise<DataValue[]> {
    const timestamps = request.timestampsToReturn ?? TimestampsToReturn.Both;
    const principal = this.#space.principalOf(context);
    const scope = workScope.getStore();
    const slices = new Slices();
    const values: DataValue[] = [];
    let bytes = 0;
    for (const item of request.nodesToRead ?? []) {
      const isKept = !scope?.isTooLarge;
      const isOwn = this.#owns(item.nodeId);
      if (!isKept) values.push(badValue(StatusCodes.BadResponseTooLarge));
      else if (isOwn) values.push(this.#readOwn(item, timestamps, principal));
      else values.push(await this.#readForeign(context, request, item, principal));
      bytes += approximateBytes(values[values.length - 1]);
      if (scope && bytes > scope.maxResponseBytes) scope.isTooLarge = true;
      if (isKept) await slices.breathe();
    }
    return values;
  }

  async write(context: ISessionContext, requests: WriteValue[]): Promise<UaStatusCode[]> {
    const isOwn = requests.map(({ nodeId }) => this.#owns(nodeId));
    const [own, foreign] = await Promise.all([
      this.#writeOwn(context, requests, isOwn),
      this.#writeForeign(
        context,
        requests.filter((_, i) => !isOwn[i]),
      ),
    ]);
    let [nextOwn, nextForeign] = [0, 0];
    return isOwn.map((one) => (one ? own[nextOwn++] : foreign[nextForeign++]));
  }

  /** Tags and folders have no methods; conditions, the standard namespace and the server's own have. */
  async call(context: ISessionContext, requests: CallMethodRequest[]): Promise<CallMethodResultOptions[]> {
    const principal = this.#space.principalOf(context);
    const mayView = mayDo(principal, 'view');
    return Promise.all(
      requests.map(async (request, place) => {
        if (!mayView) return { statusCode: StatusCodes.BadUserAccessDenied };
        if (!this.#owns(request.objectId)) {
          if (this.#isWithoutCode(request.methodId)) return { statusCode: StatusCodes.BadNotImplemented };
          return (await operationPlace.run(place, () => this.#inner.call(context, [request])))[0];
        }
        const acted = operationPlace.run(place, () => this.#conditionMethods?.call(request, principal));
        if (acted) return await acted;
        const known = this.#space.find(request.objectId);
        return { statusCode: known ? StatusCodes.BadMethodInvalid : StatusCodes.BadNodeIdUnknown };
      }),
    );
  }

  async historyRead(context: ISessionContext, request: HistoryReadRequest): Promise<HistoryReadResult[]> {
    if (mayDo(this.#space.principalOf(context), 'view'))
      return await this.#history.read(context.session ?? context, request);
    const denied = (): HistoryReadResult => new HistoryReadResult({ statusCode: StatusCodes.BadUserAccessDenied });
    return (request.nodesToRead ?? []).map(denied);
  }

  /** Tags have history; nothing of the standard namespace does. */
  #historyOf({ nodeId }: HistoryReadValueId): string | UaStatusCode {
    const node = this.#space.find(nodeId);
    if (node?.tagPath !== undefined) return node.tagPath;
    const isKnown = node !== undefined || this.#findStandard(nodeId) !== null;
    return isKnown ? StatusCodes.BadHistoryOperationUnsupported : StatusCodes.BadNodeIdUnknown;
  }

  async #browseForeign(
    context: ISessionContext,
    nodeId: NodeId,
    request: BrowseDescriptionOptions,
    principal: Principal,
  ): Promise<BrowseResult> {
    if (isPrivate(nodeId) && !maySeePrivate(principal)) return browseDenied();
    const [result] = await this.#inner.browse(context, [request]);
    if (!result.statusCode.isGood()) return result;
    const isSeen = (seen: NodeId): boolean => !isPrivate(seen) || maySeePrivate(principal);
    result.references = (result.references ?? []).filter((reference) => isSeen(reference.nodeId));
    if (isObjectsFolder(nodeId) && mayDo(principal, 'view')) {
      result.references = [...result.references, ...(await topReferences(this.#space, request))];
    }
    return result;
  }

  #checkBrowse({ browseDirection, referenceTypeId }: BrowseDescriptionOptions): BrowseResult | undefined {
    if (browseDirection === BrowseDirection.Invalid) {
      return new BrowseResult({ statusCode: StatusCodes.BadBrowseDirectionInvalid });
    }
    if (!(referenceTypeId instanceof NodeId) || referenceTypeId.isEmpty() || this.#isReferenceType(referenceTypeId)) {
      return undefined;
    }
    return new BrowseResult({ statusCode: StatusCodes.BadReferenceTypeIdInvalid });
  }

  /** The standard namespace has methods that nobody serves here. */
  #isWithoutCode(methodId: NodeId): boolean {
    const method = this.#findStandard(methodId);
    return method?.nodeClass === NodeClass.Method && !(method as UAMethod & BindableMethod).isBound();
  }

  #isReferenceType(nodeId: NodeId): boolean {
    return this.#findStandard(nodeId)?.nodeClass === NodeClass.ReferenceType;
  }

  #owns(nodeId: ReadValueIdOptions['nodeId']): boolean {
    return this.#space.owns(nodeId as NodeId);
  }

  #readOwn(
    { nodeId, attributeId = 0, indexRange, dataEncoding }: ReadValueIdOptions,
    timestamps: TimestampsToReturn,
    principal: Principal,
  ): DataValue {
    try {
      const node = this.#space.find(nodeId as NodeId);
      if (!node) return badValue(StatusCodes.BadNodeIdUnknown);
      return withTimestamps(node.read({ attributeId, indexRange, dataEncoding }, principal), timestamps, attributeId);
    } catch (error) {
      this.#logger.error(`OPC UA read of ${String(nodeId)} failed: ${messageOf(error)}`, { error });
      return badValue(StatusCodes.BadInternalError);
    }
  }

  #writeOwn(
    context: ISessionContext,
    requests: readonly WriteValue[],
    isOwn: readonly boolean[],
  ): Promise<UaStatusCode[]> {
    const reasons = requestScope.getStore()?.reasons;
    const origin = this.#originOf(context);
    const writes = requests.flatMap((request, i) => {
      const because = (reason: string) => void reasons?.set(i, reason);
      const refused = (status: UaStatusCode, why: string) =>
        this.#tellRefused({ nodeId: String(request.nodeId), status: status.name, why }, context, origin);
      return isOwn[i] ? [{ node: this.#space.find(request.nodeId), request, because, refused }] : [];
    });
    return writeNodes(writes, this.#writer, origin);
  }

  #tellRefused({ nodeId, status, why }: RefusedNode, context: ISessionContext, origin: Origin): void {
    const address =
      (context as { session?: Pick<ServerSession, 'channel'> }).session?.channel?.remoteAddress ?? 'unknown';
    const more = this.#refusals.admit(`${address} ${nodeId} ${status}`);
    if (more === undefined) return;
    const who = `${origin.principal.name} at ${address}`;
    this.#logger.warn(
      `OPC UA write of ${who} to ${nodeId.slice(0, maxShown)} was refused with ${status}: ${why}${more}`,
      { capability: 'write', ...originFields(origin) },
    );
  }

  #originOf(context: ISessionContext): Origin {
    return originOf(this.#space.principalOf(context));
  }

  async #writeForeign(context: ISessionContext, requests: WriteValue[]): Promise<UaStatusCode[]> {
    if (requests.length === 0) return [];
    const results = (await this.#inner.write(context, requests)).map((status, i) =>
      status.equals(StatusCodes.BadUserAccessDenied) && this.#isReadOnly(context, requests[i])
        ? StatusCodes.BadNotWritable
        : status,
    );
    for (const [i, { name: status }] of results.entries()) {
      if (results[i].isGood()) continue;
      const nodeId = String(requests[i].nodeId);
      this.#tellRefused({ nodeId, status, why: 'it is no node of the plant' }, context, this.#originOf(context));
    }
    return results;
  }

  /** What nobody can write is no matter of who asks; the library looks at that first. */
  #isReadOnly(context: ISessionContext, { nodeId, attributeId }: WriteValue): boolean {
    const principal = this.#space.principalOf(context);
    if (!mayDo(principal, 'view') || (isPrivate(nodeId) && !maySeePrivate(principal))) return false;
    const node = this.#findStandard(nodeId);
    if (attributeId !== (AttributeIds.Value as number) || node?.nodeClass !== NodeClass.Variable) return false;
    return ((node as UAVariable).accessLevel & AccessLevelFlag.CurrentWrite) === 0;
  }

  async #readForeign(
    context: ISessionContext,
    request: ReadRequestOptions,
    item: ReadValueIdOptions,
    principal: Principal,
  ): Promise<DataValue> {
    if (isPrivate(item.nodeId as NodeId) && !maySeePrivate(principal)) return badValue(StatusCodes.BadUserAccessDenied);
    try {
      return (await this.#inner.read(context, { ...request, nodesToRead: [item] }))[0];
    } catch (error) {
      this.#logger.error(`OPC UA read of the standard namespace failed: ${messageOf(error)}`, { error });
      return badValue(StatusCodes.BadInternalError);
    }
  }
}

function browseDenied(): BrowseResult {
  return new BrowseResult({ statusCode: StatusCodes.BadUserAccessDenied });
}

function pageOf(result: BrowseResult, { offset, limit }: PageOptions): BrowsePage {
  const references = result.references ?? [];
  if (offset === 0 && references.length <= limit) return { result, hasMore: false };
  const { statusCode } = result;
  const page = new BrowseResult({ statusCode, references: references.slice(offset, offset + limit) });
  return { result: page, hasMore: references.length > offset + limit };
}
