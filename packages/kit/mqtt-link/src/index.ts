export { backOffMs } from './rules/back-off.js';
export { publishPacketBytes, type BrokerLimits } from './rules/broker-limits.js';
export { brokerSchemes, formatBrokerAddress, parseBrokerUrl, type BrokerAddress } from './naming/broker-url.js';
export { MqttLink, type LinkDependencies, type LinkOwner, type StopOptions } from './link.js';
export { reasonText, type LinkProblem, type LinkProblemKind } from './link-problem.js';
export { linkDefaults, type LinkSettings } from './link-settings.js';
export type { LinkState } from './link-state.js';
export type {
  IncomingMessage,
  OutgoingMessage,
  PublishFate,
  Qos,
  Subscription,
  SubscriptionOutcome,
  Will,
} from './messages.js';
export { alpnName, checkTlsFiles, type TlsFiles, type TlsFinding, type TlsSettings } from './naming/tls-files.js';
export { filterFault, topicFault, topicMatches } from './naming/topic.js';
