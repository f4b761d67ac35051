/** Rules of the compatibility kit about what MQTT carries around a payload: whoever connects an EdgeNode proves them on the wire. */
export const wireRules = [
  'principles-persistence-clean-session-311',
  'principles-persistence-clean-session-50',
  'topics-nbirth-mqtt',
  'topics-ndata-mqtt',
  'topics-dbirth-mqtt',
  'topics-ddata-mqtt',
  'topics-ddeath-mqtt',
  'message-flow-edge-node-birth-publish-will-message-qos',
  'message-flow-edge-node-birth-publish-will-message-will-retained',
  'message-flow-edge-node-birth-publish-nbirth-qos',
  'message-flow-edge-node-birth-publish-nbirth-retained',
  'message-flow-device-birth-publish-dbirth-qos',
  'message-flow-device-birth-publish-dbirth-retained',
  'payloads-nbirth-qos',
  'payloads-nbirth-retain',
  'payloads-dbirth-qos',
  'payloads-dbirth-retain',
  'payloads-ndata-qos',
  'payloads-ndata-retain',
  'payloads-ddata-qos',
  'payloads-ddata-retain',
  'payloads-ndeath-will-message-qos',
  'payloads-ndeath-will-message-retain',
  'payloads-ndeath-will-message-publisher-disconnect-mqtt311',
  'payloads-ndeath-will-message-publisher-disconnect-mqtt50',
] as const;

export type WireRule = (typeof wireRules)[number];

const unique =
  'what another node of the plant is called is known to nobody here; the outlet says so when another client takes its id';
const oneBroker =
  'an edge node of ours has one broker: a plant with two brokers configures two outlets with different nodes';
const noTemplates = 'tags have no structure: the node sends neither templates nor data sets';

/** Rules that say nothing about this node, and why. */
export const notApplicable: Readonly<Record<string, string>> = {
  'intro-edge-node-id-uniqueness': unique,
  'topic-structure-namespace-unique-edge-node-descriptor': unique,
  'payloads-nbirth-edge-node-descriptor': unique,
  'operational-behavior-primary-application-state-with-multiple-servers-single-server': oneBroker,
  'operational-behavior-primary-application-state-with-multiple-servers-walk': oneBroker,
  ...Object.fromEntries(
    [
      'topics-nbirth-templates',
      'payloads-dataset-column-size',
      'payloads-dataset-column-num-headers',
      'payloads-dataset-types-def',
      'payloads-dataset-types-num',
      'payloads-dataset-types-type',
      'payloads-dataset-types-value',
      'payloads-dataset-parameter-type-req',
      'payloads-template-dataset-value',
      'payloads-template-definition-nbirth-only',
      'payloads-template-definition-is-definition',
      'payloads-template-definition-ref',
      'payloads-template-definition-members',
      'payloads-template-definition-nbirth',
      'payloads-template-definition-parameters',
      'payloads-template-definition-parameters-default',
      'payloads-template-instance-is-definition',
      'payloads-template-instance-ref',
      'payloads-template-instance-members',
      'payloads-template-instance-members-birth',
      'payloads-template-instance-members-data',
      'payloads-template-instance-parameters',
      'payloads-template-version',
      'payloads-template-ref-definition',
      'payloads-template-ref-instance',
      'payloads-template-is-definition',
      'payloads-template-is-definition-definition',
      'payloads-template-is-definition-instance',
      'payloads-template-parameter-name-required',
      'payloads-template-parameter-name-type',
      'payloads-template-parameter-value-type',
      'payloads-template-parameter-type-value',
      'payloads-template-parameter-type-req',
      'payloads-template-parameter-value',
    ].map((id) => [id, noTemplates] as const),
  ),
};
