export type Qos = 0 | 1 | 2;

export interface OutgoingMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Lowered to what the broker has. */
  readonly qos: Qos;
  /** Not kept by a broker that keeps none. */
  readonly retain: boolean;
}

/** What the broker publishes when a connection ends without a farewell; QoS and `retain` are lowered like those of any message. */
export type Will = OutgoingMessage;

export interface IncomingMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: Qos;
  /** It was kept by the broker: it may be old. */
  readonly retain: boolean;
}

/**
 * What became of a message; told exactly once. `acknowledged`: the broker has it (QoS 0: it went out) · `refused`: the broker, or a
 * limit that it named, said no, and would again · `deferred`: the broker said not now, and has it not · `lost`: the connection ended first; the
 * broker may have it.
 */
export type PublishFate =
  | { readonly name: 'acknowledged' }
  | { readonly name: 'refused'; readonly code: number; readonly reason: 'refused' | 'too-large' }
  | { readonly name: 'deferred'; readonly code: number }
  | { readonly name: 'lost' };

export const acknowledged: PublishFate = { name: 'acknowledged' };
export const lost: PublishFate = { name: 'lost' };

export interface Subscription {
  readonly filter: string;
  readonly qos: Qos;
  /** The broker does not send back what this client published (MQTT 5 only). */
  readonly noLocal?: boolean;
  /**
   * `retain` of what comes is as it was published, so that it may be set on something new (MQTT 5 only). Default true; false: it is set on
   * what the broker kept, and on nothing else.
   */
  readonly retainAsPublished?: boolean;
}

export interface SubscriptionOutcome {
  readonly filter: string;
  /** What the broker grants, or why it does not. */
  readonly granted: Qos | { readonly refused: number };
}
