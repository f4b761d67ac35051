export type { CurrentValue, EdgeChanges, EdgeDefinitions, EdgeDevice, EdgeMetric } from './edge/definitions.js';
export type { EdgeAction, StoreHistory } from './edge/edge-actions.js';
export { EdgeNode, rebirthPauseMs, type EdgeNodeOptions, type EdgeState } from './edge/edge-node.js';
export { encodeCommand, type CommandedMetric } from './host/command.js';
export type { HostEvent, HostMetric } from './host/host-events.js';
export { HostNode, type HostNodeOptions } from './host/host-node.js';
export { hostPresence, type HostPresence } from './host/host-presence.js';
export {
  scalarOfSparkplugType,
  sparkplugTypeName,
  sparkplugTypeOf,
  sparkplugTypes,
  type SparkplugType,
  type SparkplugTypeName,
} from './payload/data-types.js';
export { decodePayload } from './payload/decode-payload.js';
export { metricValue } from './payload/decode-value.js';
export { MetricHead, qualities, qualityOf, writeMetric } from './payload/encode-metric.js';
export { encodePayload } from './payload/encode-payload.js';
export type {
  DataSet,
  MetaData,
  Metric,
  Payload,
  PropertySet,
  PropertyValue,
  Template,
  TemplateParameter,
} from './payload/payload.js';
export { defaultPayloadLimits, type PayloadLimits } from './protobuf/reader.js';
export { decodeLegacyState, decodeState, encodeState, type HostState } from './state-message.js';
export {
  formatTopic,
  namespace,
  parseTopic,
  stateTopics,
  topicLevelProblem,
  type MessageType,
  type SparkplugTopic,
} from './topics.js';
