/** What the broker takes, as it said when it took the connection (MQTT 5, 3.2.2.3). MQTT 3.1.1 says nothing: then the widest. */
export interface BrokerLimits {
  /** Publishes of QoS 1 and 2 that may be under way. */
  readonly receiveMaximum: number;
  /** Of a whole packet; Infinity: no limit but that of the protocol. */
  readonly maximumPacketBytes: number;
  readonly maximumQos: 0 | 1 | 2;
  readonly retainAvailable: boolean;
}

/** MQTT 5, 3.2.2.3.3; 3.1.1 has no such limit, and 16-bit packet ids. */
const noReceiveMaximum = 65_535;

export const widestLimits: BrokerLimits = {
  receiveMaximum: noReceiveMaximum,
  maximumPacketBytes: Infinity,
  maximumQos: 2,
  retainAvailable: true,
};

/** The properties of a CONNACK; values that no broker may send count as not sent. */
export function limitsOf(properties: ConnackProperties | undefined): BrokerLimits {
  const { receiveMaximum, maximumPacketSize, maximumQoS, retainAvailable } = properties ?? {};
  return {
    receiveMaximum: isPositive(receiveMaximum) ? Math.min(receiveMaximum, noReceiveMaximum) : noReceiveMaximum,
    maximumPacketBytes: isPositive(maximumPacketSize) ? maximumPacketSize : Infinity,
    maximumQos: maximumQoS === 0 || maximumQoS === 1 ? maximumQoS : 2,
    retainAvailable: retainAvailable ?? true,
  };
}

export interface ConnackProperties {
  readonly receiveMaximum?: number | undefined;
  readonly maximumPacketSize?: number | undefined;
  readonly maximumQoS?: number | undefined;
  readonly retainAvailable?: boolean | undefined;
}

function isPositive(number: number | undefined): number is number {
  return number !== undefined && number > 0;
}

/** MQTT 5, 3.3: the whole PUBLISH packet, without properties. */
export function publishPacketBytes(topicBytes: number, payloadBytes: number, qos: 0 | 1 | 2, version: 4 | 5): number {
  const remaining = 2 + topicBytes + (qos > 0 ? 2 : 0) + (version === 5 ? 1 : 0) + payloadBytes;
  return 1 + (remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4) + remaining;
}
