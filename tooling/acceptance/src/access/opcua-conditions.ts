import { waitFor } from '@fieldwarden/testkit';
import {
  AttributeIds,
  CallMethodRequest,
  constructEventFilter,
  DataType,
  makeNodeId,
  SimpleAttributeOperand,
  TimestampsToReturn,
  type ClientSession,
  type ClientSubscription,
  type NodeId,
  type Variant,
} from 'node-opcua';

/** One state of an alarm, as a client is told of it. */
export interface ConditionEvent {
  readonly eventId: Buffer;
  readonly conditionName: string | null;
  readonly message: string | null;
  readonly severity: number;
  readonly isActive: boolean | null;
  readonly isAcknowledged: boolean | null;
  readonly comment: string | null;
  readonly user: string | null;
  readonly conditionId: NodeId | null;
}

const conditionTypeId = makeNodeId(2782);

const fields = [
  'EventId', 'ConditionName', 'Message', 'Severity', 'ActiveState.Id', 'AckedState.Id', 'Comment', 'ClientUserId',
]; // prettier-ignore

const textOf = (variant: Variant): string | null =>
  (variant.value as { readonly text?: string | null } | null)?.text ?? null;

/** The list of alarms of a client that has just come: events of a node, and a refresh. */
export class ConditionList {
  readonly events: ConditionEvent[] = [];
  readonly #session: ClientSession;

  private constructor(session: ClientSession) {
    this.#session = session;
  }

  static async open(session: ClientSession, nodeId = 'i=2253'): Promise<ConditionList> {
    const list = new ConditionList(session);
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: 50,
      requestedLifetimeCount: 1_000,
      requestedMaxKeepAliveCount: 10,
      publishingEnabled: true,
    });
    await list.#follow(subscription, nodeId);
    const subscriptionId = { dataType: DataType.UInt32, value: subscription.subscriptionId };
    await list.#call(conditionTypeId, 3875, [subscriptionId]);
    return list;
  }

  /** The newest state of a condition, once it is as wanted. */
  async is(conditionName: string, wanted: Partial<ConditionEvent>): Promise<ConditionEvent> {
    const newest = () => this.events.findLast((event) => event.conditionName === conditionName);
    const isWanted = (event: ConditionEvent): boolean =>
      Object.entries(wanted).every(([field, value]) => event[field as keyof ConditionEvent] === value);
    return await waitFor(
      () => {
        const event = newest();
        return event && isWanted(event) ? event : undefined;
      },
      { what: `${conditionName} as ${JSON.stringify(wanted)}`, timeoutMs: 20_000 },
    );
  }

  /** Name of the status. */
  acknowledge(
    { conditionId, eventId }: Pick<ConditionEvent, 'conditionId' | 'eventId'>,
    comment: string,
  ): Promise<string> {
    return this.#call(conditionId!, 9111, [
      { dataType: DataType.ByteString, value: eventId },
      { dataType: DataType.LocalizedText, value: { text: comment } },
    ]);
  }

  /** Name of the status. */
  shelve({ conditionId }: Pick<ConditionEvent, 'conditionId'>, forMs: number): Promise<string> {
    return this.#call(conditionId!, 2949, [{ dataType: DataType.Double, value: forMs }]);
  }

  async #call(objectId: NodeId, method: number, inputArguments: object[]): Promise<string> {
    const request = new CallMethodRequest({ objectId, methodId: makeNodeId(method), inputArguments });
    return (await this.#session.call(request)).statusCode.name;
  }

  async #follow(subscription: ClientSubscription, nodeId: string): Promise<void> {
    const filter = constructEventFilter(fields);
    filter.selectClauses!.push(
      new SimpleAttributeOperand({ typeDefinitionId: conditionTypeId, attributeId: AttributeIds.NodeId }),
    );
    const item = await subscription.monitor(
      { nodeId, attributeId: AttributeIds.EventNotifier },
      { samplingInterval: 0, queueSize: 1_000, discardOldest: true, filter },
      TimestampsToReturn.Both,
    );
    item.on('changed', (told: unknown) => {
      const [eventId, name, message, severity, active, acked, comment, user, conditionId] = told as Variant[];
      this.events.push({
        eventId: eventId.value as Buffer,
        conditionName: name.value as string | null,
        message: textOf(message),
        severity: severity.value as number,
        isActive: active.value as boolean | null,
        isAcknowledged: acked.value as boolean | null,
        comment: textOf(comment),
        user: user.value as string | null,
        conditionId: conditionId.value as NodeId | null,
      });
    });
  }
}
