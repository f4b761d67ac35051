import { isBad, messageOf, statusCodes, statusName, type GatewayError, type Logger } from '@fieldwarden/core';
import type { Acknowledgement, AlarmEvent, AlarmSink, AlarmSubscription, WriteResult } from '@fieldwarden/driver';
import type { NodeId } from 'node-opcua-client';
import { NamespaceBook } from '../address/namespaces.js';
import { addressOf, nodeIdOf } from '../address/node-id.js';
import { formatNodeAddress, parseNodeAddress } from '../address/node-address.js';
import type { Publisher, ServerSubscription } from '../feed/publisher.js';
import type { EventTarget } from '../feed/monitors.js';
import { rejected } from '../line/errors.js';
import type { Link } from '../line/link.js';
import type { UaVariant } from '../values/ua-value.js';
import { requestTerms, type CallTerms } from './terms.js';

const serverObject = 2_253;
const conditionType = 2_782;
const refreshMethod = 3_875;
const acknowledgeMethod = 9_111;
const refreshStart = 2_787;
const refreshEnd = 2_788;
const eventNotifier = 12;
const publishingMs = 250;
const queueSize = 10_000;
const timeoutMs = 10_000;

/** Fields of each event, in the order in which they come (OPC 10000-9, 5.5.2, 5.7.2). */
const fields = [
  'EventId', 'EventType', 'SourceName', 'SourceNode', 'Message', 'Severity', 'Time', 'Retain', 'BranchId',
  'ActiveState.Id', 'AckedState.Id', 'Comment', 'InputNode',
] as const; // prettier-ignore

/** The means to follow events, for as long as a link lives. */
export interface EventRoad {
  readonly publisher: Publisher;
  readonly follow: (target: EventTarget) => number;
}

interface Heard extends AlarmSubscription {
  readonly sink: AlarmSink;
}

/** The conditions of a server: told as they change, refreshed over each new link, acknowledged by their own methods. */
export class Alarms implements EventTarget {
  readonly #logger: Logger;
  readonly #heard = new Set<Heard>();
  /** The last event of each condition that was of interest. */
  readonly #present = new Map<string, AlarmEvent>();
  #link: Link | undefined;
  #following: Promise<void> | undefined;
  /** Conditions that a refresh has not told yet. */
  #unrefreshed: Set<string> | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get isWanted(): boolean {
    return this.#heard.size > 0;
  }

  /** Resolves when the server has been asked to report, and to tell what is the case. */
  async subscribe(
    deviceId: string,
    sink: AlarmSink,
    { link, road }: { readonly link: Link; readonly road: EventRoad },
  ): Promise<AlarmSubscription> {
    const heard = { deviceId, sink };
    this.#heard.add(heard);
    try {
      await this.follow(link, road);
      if (this.#present.size > 0) sink.push([...this.#present.values()]);
    } catch (error) {
      this.#heard.delete(heard);
      throw error;
    }
    return heard;
  }

  unsubscribe(subscription: AlarmSubscription): void {
    this.#heard.delete(subscription as Heard);
  }

  /** Over a new link, or the first time. */
  follow(link: Link, road: EventRoad): Promise<void> {
    if (this.#link !== link || !this.#following) {
      this.#link = link;
      this.#following = this.#start(link, road);
      this.#following.catch(() => this.#link === link && (this.#following = undefined));
    }
    return this.#following;
  }

  lose(error: GatewayError): void {
    this.#link = undefined;
    this.#following = undefined;
    for (const { sink } of this.#heard) sink.fail(error);
  }

  event(values: readonly unknown[]): void {
    const link = this.#link;
    if (!link) return;
    const field = (name: (typeof fields)[number]): unknown =>
      (values[fields.indexOf(name)] as UaVariant | undefined)?.value;
    const type = field('EventType') as NodeId | null;
    if (type?.namespace === 0 && type.value === refreshStart)
      return void (this.#unrefreshed = new Set(this.#present.keys()));
    if (type?.namespace === 0 && type.value === refreshEnd) return this.#refreshed();
    const condition = (values[fields.length] as UaVariant | undefined)?.value as NodeId | null;
    const eventId = field('EventId') as Uint8Array | null;
    // Plain events are no conditions; branches are states of the past.
    if (!condition || !eventId || isBranch(field('BranchId') as NodeId | null)) return;
    const conditionId = this.#nameOf(link, condition);
    const source = field('SourceNode') as NodeId | null;
    const active = field('ActiveState.Id') === true;
    const acknowledged = field('AckedState.Id') !== false;
    const comment = textOf(field('Comment'));
    this.#tell({
      eventId: Buffer.from(eventId).toString('base64'),
      conditionId,
      source: source && !isNull(source) ? this.#nameOf(link, source) : ((field('SourceName') as string | null) ?? ''),
      message: textOf(field('Message')) || conditionId,
      severity: Math.min(1_000, Math.max(1, Number(field('Severity') ?? 500))),
      active,
      acknowledged,
      retain: field('Retain') === true || active,
      atMs: (field('Time') as Date | null)?.getTime() ?? 0,
      ...(comment !== '' && { comment }),
    });
  }

  /** One result an item; a server that does not know the event says so. */
  async acknowledge(link: Link, items: readonly Acknowledgement[], terms: CallTerms): Promise<readonly WriteResult[]> {
    const { library } = link;
    const results: WriteResult[] = [];
    for (const { eventId, conditionId, comment } of items) {
      const objectId = this.#conditionOf(link, conditionId);
      if (!objectId || !/^[A-Za-z0-9+/]+={0,2}$/.test(eventId)) {
        results.push({ outcome: 'rejected', status: statusCodes.BadEventIdUnknown });
        continue;
      }
      const request = new library.CallRequest({
        methodsToCall: [
          {
            objectId,
            methodId: library.makeNodeId(acknowledgeMethod),
            inputArguments: [
              new library.Variant({ dataType: library.DataType.ByteString, value: Buffer.from(eventId, 'base64') }),
              new library.Variant({ dataType: library.DataType.LocalizedText, value: { text: comment } }),
            ],
          },
        ],
      });
      const { results: told } = await link.request<{ results: { statusCode: { value: number } }[] | null }>(
        request,
        requestTerms(terms),
      );
      const status = told?.[0]?.statusCode.value ?? statusCodes.BadUnexpectedError;
      results.push(
        isBad(status)
          ? { outcome: 'rejected', status, message: `the server says ${statusName(status)}` }
          : { outcome: 'done', status: statusCodes.Good },
      );
    }
    return results;
  }

  async #start(link: Link, { publisher, follow }: EventRoad): Promise<void> {
    const { library } = link;
    const { constructEventFilter } = await import('node-opcua-service-filter');
    const filter = constructEventFilter([...fields]);
    // OPC 10000-9, 5.5.2: the condition itself is the NodeId of the event's ConditionType.
    const conditionId = new library.SimpleAttributeOperand({
      typeDefinitionId: library.makeNodeId(conditionType),
      browsePath: [],
      attributeId: library.AttributeIds.NodeId,
    });
    filter.selectClauses = [...(filter.selectClauses ?? []), conditionId];
    const subscription = await publisher.subscribe(publishingMs, 1);
    const request = new library.CreateMonitoredItemsRequest({
      subscriptionId: subscription.id,
      timestampsToReturn: library.TimestampsToReturn.Neither,
      itemsToCreate: [
        {
          itemToMonitor: { nodeId: library.makeNodeId(serverObject), attributeId: eventNotifier },
          monitoringMode: library.MonitoringMode.Reporting,
          requestedParameters: {
            clientHandle: follow(this),
            samplingInterval: 0,
            queueSize,
            discardOldest: true,
            filter,
          },
        },
      ],
    });
    const { results } = await link.request<{ results: { statusCode: { value: number } }[] | null }>(request, {
      timeoutMs,
    });
    const status = results?.[0]?.statusCode.value ?? statusCodes.BadUnexpectedError;
    if (isBad(status)) throw rejected(status, `the server reports no events: ${statusName(status)}`);
    await this.#refresh(link, subscription);
  }

  /** OPC 10000-9, 5.5.7. A server that cannot do it tells what happens from now on. */
  async #refresh(link: Link, { id }: ServerSubscription): Promise<void> {
    const { library } = link;
    const request = new library.CallRequest({
      methodsToCall: [
        {
          objectId: library.makeNodeId(conditionType),
          methodId: library.makeNodeId(refreshMethod),
          inputArguments: [new library.Variant({ dataType: library.DataType.UInt32, value: id })],
        },
      ],
    });
    try {
      await link.request(request, { timeoutMs });
    } catch (error) {
      if (link.lost) throw error;
      this.#logger.info(`the server does not tell its present alarms: ${messageOf(error)}`);
    }
  }

  #tell(event: AlarmEvent): void {
    this.#unrefreshed?.delete(event.conditionId);
    if (event.retain) this.#present.set(event.conditionId, event);
    else this.#present.delete(event.conditionId);
    for (const { sink } of this.#heard) sink.push([event]);
  }

  /** What was the case before and was not told again has gone meanwhile. */
  #refreshed(): void {
    const gone = [...(this.#unrefreshed ?? [])].flatMap((conditionId) => this.#present.get(conditionId) ?? []);
    this.#unrefreshed = undefined;
    for (const event of gone) this.#tell({ ...event, active: false, acknowledged: true, retain: false });
  }

  #nameOf({ library, namespaces }: Link, nodeId: NodeId): string {
    return formatNodeAddress(addressOf(library, nodeId, namespaces));
  }

  #conditionOf(link: Link, conditionId: string): NodeId | undefined {
    try {
      const address = parseNodeAddress(conditionId);
      const namespace = new NamespaceBook().indexOf(address, link.namespaces);
      return namespace === undefined ? undefined : nodeIdOf(link.library, address, namespace);
    } catch {
      return undefined;
    }
  }
}

function isNull(nodeId: NodeId): boolean {
  return nodeId.namespace === 0 && (nodeId.value === 0 || nodeId.value === '');
}

function isBranch(branchId: NodeId | null): boolean {
  return branchId !== null && branchId !== undefined && !isNull(branchId);
}

function textOf(value: unknown): string {
  return ((value as { text?: string | null } | null)?.text ?? '').slice(0, 1_024);
}
