export {
  defineService,
  serviceIsolations,
  type ServiceDefinition,
  type ServiceDisturbance,
  type ServiceIsolation,
  type ServicePort,
  type ServiceSettings,
} from './define-service.js';
export { AccessChanges, type AccessListener } from './access-changes.js';
export type { AccessDesk, CertificateAttempt, PasswordAttempt } from './access-desk.js';
export {
  limitStates,
  type AlarmClass,
  type AlarmConditionDefinition,
  type AlarmConditions,
  type ConditionVerdict,
  type LimitState,
} from './alarm-conditions.js';
export { alarmKey, type AlarmFeed } from './alarm-feed.js';
export {
  alarmActs,
  type AlarmActAnswer,
  type AlarmActName,
  type AlarmActRequest,
  type AlarmDesk,
} from './desks/alarm-desk.js';
export { DeskBoard, type DeskOffers } from './desks/desk-board.js';
export type { ActedDriver, ActedGeneration, DriverActRequest, GatewayActs } from './desks/gateway-acts.js';
export { deskMethods, type DeskName, type GatewayDesks } from './desks/gateway-desks.js';
export {
  historyAggregates,
  maxHistoryRows,
  type HistoryAggregateConfiguration,
  type HistoryAggregateName,
  type HistoryAtTimeRequest,
  type HistoryBuckets,
  type HistoryBucketsRequest,
  type HistoryDesk,
  type HistoryExtent,
  type HistoryPage,
  type HistoryRows,
  type ProcessedHistoryRequest,
  type RawHistoryRequest,
} from './desks/history-desk.js';
export type { OwnTags, OwnTagWrite, OwnTagWriter } from './own-tags.js';
export { RememberedAlarms } from './remembered-alarms.js';
export { areaFindings } from './area-findings.js';
export type { PlantFacts, ServiceFinding } from './plant-facts.js';
export { refusingDesk, signInRefused } from './refusing-desk.js';
export { commonServiceFields, loadServiceModule, ServiceRegistry } from './registry.js';
export type { GatewayIdentity, ServiceContext, WithinGateway } from './service-context.js';
export type { ServiceAlarms } from './service-alarms.js';
export type { ServiceEvents } from './service-events.js';
export { recordKeyOf, type ServiceStorage, type ServiceTable } from './service-storage.js';
export { maxStatusCharacters, statusAsJson, type JsonStatus } from './status-as-json.js';
export type { ServiceTag } from './service-tag.js';
export type { Service, ServiceAddress, ServiceHealth, ServiceMetric } from './service.js';
export { presentValue, type TagColumnSource, type TagRows } from './tag-column-source.js';
export { TagListeners } from './tag-listeners.js';
export type { TagChangeListener, TagDefinitionListener, TagSource, TagWriter } from './tag-source.js';
