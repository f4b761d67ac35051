import { messageOf, type Clock, type Logger } from '@fieldwarden/core';
import {
  type BrowseNextRequest,
  BrowseNextResponse,
  type BrowseRequest,
  BrowseResponse,
  type CancelRequest,
  CancelResponse,
  type CreateMonitoredItemsRequest,
  CreateMonitoredItemsResponse,
  CreateSessionRequest,
  GetEndpointsRequest,
  NodeClass,
  type OPCUAServer,
  PublishResponse,
  type RegisterNodesRequest,
  RegisterNodesResponse,
  ServiceFault,
  StatusCodes,
  TimestampsToReturn,
  type EndpointDescription,
  MonitoredItemCreateResult,
  type ServerSecureChannelLayer,
  type ServerSession,
  type StatusCode as UaStatusCode,
} from 'node-opcua';
import { endpointsFor, endpointsUnder } from './asked-endpoints.js';
import { cancelPublishes } from '../requests/cancel.js';
import { mendNodes } from '../requests/node-ranges.js';
import { BrowseService, type FindPage } from './browse-service.js';
import { addDiagnostics, requestScope, scopeOf } from './request-scope.js';
import { SessionPlaces, type SessionLimits } from './session-places.js';
import { Slices, workScope, type WorkScope } from './work-scope.js';
import type { Door } from '../door/door.js';
import { SpaceAccessor } from '../space/space-accessor.js';
import { isPrivate, maySeePrivate } from '../users/private-nodes.js';
import { UserServer, type Message, type UserServerDependencies, type UserServerOptions } from './user-server.js';

type Apply = OPCUAServer['_apply_on_SessionObject'];
type Responses = Parameters<Apply>[0];
/** One piece of work for a session: its answer, or the status of its refusal. */
type Answer = BrowseResponse | CancelResponse | BrowseNextResponse | RegisterNodesResponse | UaStatusCode;

type SubscriptionAction = Parameters<OPCUAServer['_apply_on_Subscription']>[3];

/** A member of the library's engine that its types call private. */
interface CountingEngine {
  readonly _globalCounter: { readonly totalMonitoredItemCount: number };
}

export interface GatewayServerOptions extends UserServerOptions {
  /** Under which endpoints are told to clients that do not say how they reached the server; in the form of a URL. */
  readonly hostNames: readonly string[];
  readonly sessionLimits: SessionLimits;
  readonly maxMonitoredItems: number;
  readonly maxMonitoredItemsPerCall: number;
  readonly maxNodesPerBrowse: number;
}

export interface GatewayServerDependencies extends UserServerDependencies {
  readonly door: Door;
}

/** A session that nobody uses ends after this, whatever its client wished for. */
const maxSessionTimeoutMs = 600_000;

/**
 * The library's server with bounds for what strangers ask for, and with an end for what its request handlers throw: they are async and
 * nobody takes their promises, so that one odd request would end the process.
 */
export class GatewayServer extends UserServer {
  readonly places: SessionPlaces;
  readonly #settings: GatewayServerOptions;
  readonly #logger: Logger;
  readonly #door: Door;
  readonly #clock: Clock;
  readonly #browsing = new BrowseService();
  /** While GetEndpoints is answered, which asks for all endpoints and filters them itself. */
  #askedUrl: string | null | undefined;

  constructor(options: GatewayServerOptions, dependencies: GatewayServerDependencies) {
    super(options, dependencies);
    const { logger, notices, door, clock } = dependencies;
    this.#clock = clock;
    this.#settings = options;
    this.#logger = logger;
    this.#door = door;
    this.places = new SessionPlaces(this, options.sessionLimits, notices);
  }

  /** What the request makes of other turns is its connection's, too. */
  override on_request(message: Message, channel: ServerSecureChannelLayer): void {
    const connection = this.#door.connectionOf(channel);
    if (!connection) return super.on_request(message, channel); // its peer has gone
    connection.understood += 1;
    mendNodes(message.request);
    const maxResponseBytes = channel.getMaxResponseBodySize();
    const scope: WorkScope = { nextTurn: () => connection.nextTurn(), maxResponseBytes, isTooLarge: false };
    workScope.run(scope, () => super.on_request(message, channel));
  }

  /** Under the name by which the client asked: for GetEndpoints, and for the session that follows. */
  override findMatchingEndpoints(endpointUrl?: string | null): EndpointDescription[] {
    const matching = super.findMatchingEndpoints(endpointUrl);
    if (endpointUrl && matching.length > 0) return matching;
    const own = endpointUrl ? super.findMatchingEndpoints(null) : matching;
    return endpointsFor(endpointUrl || this.#askedUrl, own) ?? endpointsUnder(this.#settings.hostNames, matching);
  }

  protected override _on_GetEndpointsRequest(message: Message, channel: ServerSecureChannelLayer): void {
    this.#askedUrl = message.request instanceof GetEndpointsRequest ? message.request.endpointUrl : undefined;
    try {
      super._on_GetEndpointsRequest(message, channel);
    } finally {
      this.#askedUrl = undefined;
    }
  }

  protected override async _on_CreateSessionRequest(
    message: Message,
    channel: ServerSecureChannelLayer,
  ): Promise<void> {
    try {
      const { request } = message;
      if (request instanceof CreateSessionRequest) {
        const applicationUri = request.clientDescription.applicationUri ?? '';
        const refused = this.places.admit({ address: channel.remoteAddress, applicationUri });
        if (refused) return this.#refuse(message, channel, refused);
        request.requestedSessionTimeout = Math.min(request.requestedSessionTimeout, maxSessionTimeoutMs);
      }
      await super._on_CreateSessionRequest(message, channel);
    } catch (error) {
      this.fault(message, channel, error);
    }
  }

  /** In pieces. Items of sessions whose clients have gone make room for those of a client that is there. */
  protected override _on_CreateMonitoredItemsRequest(message: Message, channel: ServerSecureChannelLayer): void {
    const { addressSpace } = this.engine;
    const action: SubscriptionAction = async (session, subscription, send, sendError) => {
      const { timestampsToReturn, itemsToCreate } = message.request as CreateMonitoredItemsRequest;
      const items = itemsToCreate ?? [];
      if (timestampsToReturn === TimestampsToReturn.Invalid) return sendError(StatusCodes.BadTimestampsToReturnInvalid);
      if (items.length === 0) return sendError(StatusCodes.BadNothingToDo);
      if (items.length > this.#settings.maxMonitoredItemsPerCall) return sendError(StatusCodes.BadTooManyOperations);
      this.#makeRoomForItems(items.length);
      const slices = new Slices();
      const results: MonitoredItemCreateResult[] = [];
      const maySee = maySeePrivate(this.users.principalOf(session.sessionContext));
      for (const item of items) {
        if (!addressSpace || !subscription.$session) return sendError(StatusCodes.BadSubscriptionIdInvalid); // ended meanwhile
        if (isPrivate(item.itemToMonitor.nodeId) && !maySee) {
          results.push(new MonitoredItemCreateResult({ statusCode: StatusCodes.BadUserAccessDenied }));
          continue;
        }
        const { monitoredItem, createResult } = subscription.preCreateMonitoredItem(
          addressSpace,
          timestampsToReturn,
          item,
        );
        if (monitoredItem) subscription.postCreateMonitoredItem(monitoredItem, item, createResult);
        results.push(createResult);
        await slices.breathe();
      }
      send(new CreateMonitoredItemsResponse({ results }));
    };
    void this._apply_on_Subscription(CreateMonitoredItemsResponse, message, channel, action);
  }

  protected override _on_BrowseRequest(message: Message, channel: ServerSecureChannelLayer): void {
    this.#answer(BrowseResponse, message, channel, async (session) => {
      const { view, nodesToBrowse, requestedMaxReferencesPerNode } = message.request as BrowseRequest;
      const nodes = nodesToBrowse ?? [];
      if (!view.viewId.isEmpty() && !this.#isView(view.viewId)) return StatusCodes.BadViewIdUnknown;
      if (nodes.length === 0) return StatusCodes.BadNothingToDo;
      if (nodes.length > this.#settings.maxNodesPerBrowse) return StatusCodes.BadTooManyOperations;
      const find = this.#finder(session);
      const results = await this.#browsing.browse(session, nodes, requestedMaxReferencesPerNode, find);
      return new BrowseResponse({ results });
    });
  }

  protected override _on_BrowseNextRequest(message: Message, channel: ServerSecureChannelLayer): void {
    this.#answer(BrowseNextResponse, message, channel, async (session) => {
      const { continuationPoints, releaseContinuationPoints } = message.request as BrowseNextRequest;
      const points = continuationPoints ?? [];
      if (points.length === 0) return StatusCodes.BadNothingToDo;
      if (points.length > this.#settings.maxNodesPerBrowse) return StatusCodes.BadTooManyOperations;
      const results = releaseContinuationPoints
        ? this.#browsing.release(session, points)
        : await this.#browsing.browseNext(session, points, this.#finder(session));
      return new BrowseNextResponse({ results });
    });
  }

  /** No node is faster under another id, so each keeps its own (OPC 10000-4, 5.9.5); the library's aliases are good for Read and Write alone. */
  protected override _on_RegisterNodesRequest(message: Message, channel: ServerSecureChannelLayer): void {
    this.#answer(RegisterNodesResponse, message, channel, () => {
      const nodes = (message.request as RegisterNodesRequest).nodesToRegister ?? [];
      if (nodes.length === 0) return StatusCodes.BadNothingToDo;
      const { maxNodesPerRegisterNodes } = this.engine.serverCapabilities.operationLimits;
      if (nodes.length > maxNodesPerRegisterNodes) return StatusCodes.BadTooManyOperations;
      return new RegisterNodesResponse({ registeredNodeIds: nodes });
    });
  }

  /** What waits in the server for something to tell is ended (OPC 10000-4, 5.6.5); what is on its way to a device is not. */
  protected _on_CancelRequest(message: Message, channel: ServerSecureChannelLayer): void {
    this.#answer(CancelResponse, message, channel, (session) => {
      const { requestHandle } = message.request as CancelRequest;
      return new CancelResponse({ cancelCount: cancelPublishes(session, requestHandle) });
    });
  }

  /** Everything that needs a session goes through here. Answers are also sent from promises that nobody takes. */
  protected override async _apply_on_SessionObject(
    ...[responseClass, message, channel, action]: Parameters<Apply>
  ): Promise<void> {
    try {
      await super._apply_on_SessionObject(responseClass, message, channel, (session, send, sendError) => {
        const scope = scopeOf(session, message.request);
        const work = workScope.getStore();
        const answer: typeof send = (response) =>
          this.#guard(message, channel, () => {
            if (work?.isTooLarge) return sendError(StatusCodes.BadResponseTooLarge);
            if (response instanceof PublishResponse) this.#tellTime(response);
            if (scope) addDiagnostics(response, scope, message.request);
            send(response);
          });
        return scope ? requestScope.run(scope, action, session, answer, sendError) : action(session, answer, sendError);
      });
    } catch (error) {
      this.fault(message, channel, error);
    }
  }

  /** The library leaves the time out of a keep-alive (OPC 10000-4, 7.26). */
  #tellTime({ notificationMessage }: PublishResponse): void {
    if (!notificationMessage.notificationData?.length) notificationMessage.publishTime = new Date(this.#clock.wallMs());
  }

  #answer(
    responses: Responses,
    message: Message,
    channel: ServerSecureChannelLayer,
    work: (session: ServerSession) => Promise<Answer> | Answer,
  ): void {
    void this._apply_on_SessionObject(responses, message, channel, async (session, send, sendError) => {
      const answer = await work(session);
      if ('responseHeader' in answer) send(answer);
      else sendError(answer);
    });
  }

  #finder({ sessionContext }: ServerSession): FindPage {
    const accessor = this.engine.addressSpaceAccessor;
    return async (description, offset, limit) => {
      if (!(accessor instanceof SpaceAccessor)) throw new Error('the address space is not mounted');
      return await accessor.browsePage(sessionContext, description, { offset, limit });
    };
  }

  #makeRoomForItems(wanted: number): void {
    const counting = this.engine as unknown as CountingEngine;
    const free = (): number => this.#settings.maxMonitoredItems - counting._globalCounter.totalMonitoredItemCount;
    while (free() < wanted && this.places.evictOne());
  }

  #isView(viewId: BrowseRequest['view']['viewId']): boolean {
    return this.engine.addressSpace?.findNode(viewId)?.nodeClass === NodeClass.View;
  }

  #guard(message: Message, channel: ServerSecureChannelLayer, send: () => void): void {
    try {
      send();
    } catch (error) {
      this.fault(message, channel, error);
    }
  }

  protected override fault(message: Message, channel: ServerSecureChannelLayer, cause: unknown): void {
    this.#logger.warn(`OPC UA ${message.request.schema.name} failed: ${messageOf(cause)}`, { error: cause });
    this.#refuse(message, channel, StatusCodes.BadInternalError);
  }

  #refuse(message: Message, channel: ServerSecureChannelLayer, serviceResult: UaStatusCode): void {
    try {
      channel.send_response('MSG', new ServiceFault({ responseHeader: { serviceResult } }), message);
    } catch (error) {
      this.#logger.debug(`OPC UA channel can't answer: ${messageOf(error)}`, { error });
    }
  }
}
