import type { z } from 'zod';
import * as access from './access-shapes.js';
import * as alarms from './alarm-shapes.js';
import * as config from './config-shapes.js';
import * as checks from './driver-check-shapes.js';
import * as drivers from './driver-shapes.js';
import * as events from './event-shapes.js';
import * as gateway from './gateway-shapes.js';
import * as postMortems from './post-mortem-shapes.js';
import * as requests from './requests.js';
import * as services from './service-shapes.js';
import * as tags from './tag-shapes.js';
import * as words from './word-shapes.js';

/** Every shape that the OpenAPI document names, under the name by which its clients know it: names stay. */
export const components = {
  Status: gateway.status,
  About: gateway.about,
  Shutdown: gateway.shutdownAnswer,
  Operation: gateway.operationAnswer,
  Problem: gateway.problem,
  DriverList: drivers.driverList,
  DriverRow: drivers.driver,
  Driver: drivers.driverAnswer,
  DriverDetail: drivers.driverDetailAnswer,
  Device: drivers.device,
  HostList: drivers.hostList,
  HostRow: drivers.hostRow,
  DriverCurves: drivers.driverCurves,
  Plan: checks.planAnswer,
  ScanPlan: checks.scanPlan,
  DriverTest: checks.driverTestAnswer,
  DeviceTest: checks.deviceTest,
  NodeList: checks.nodeList,
  BrowsedNode: checks.browsedNode,
  MethodCallRequest: requests.methodCallRequest,
  MethodCall: checks.methodCallAnswer,
  PostMortemList: postMortems.postMortemList,
  PostMortemSummary: postMortems.postMortemSummary,
  PostMortem: postMortems.postMortemAnswer,
  TagPage: tags.tagPage,
  TagRow: tags.tagRow,
  TagValue: tags.tagValueAnswer,
  TagValueShape: tags.tagValueShape,
  WatchedValue: tags.watchedValue,
  WriteRequest: requests.writeRequest,
  WriteAnswer: tags.tagWriteAnswer,
  TagHistory: tags.tagHistory,
  AlarmList: alarms.alarmList,
  AlarmRow: alarms.alarmRow,
  AcknowledgeRequest: requests.acknowledgeRequest,
  Acknowledgement: alarms.acknowledgeAnswer,
  GatewayEvent: events.gatewayEvent,
  EventGap: events.eventGap,
  EventList: events.eventList,
  StreamHello: events.streamHello,
  WatchedTagsRequest: requests.watchedTagsRequest,
  WatchedTags: events.watchedTagsAnswer,
  TagValues: events.tagValuesEvent,
  LogRecord: events.logRecord,
  LogList: events.logList,
  ServiceList: services.serviceList,
  ServiceRow: services.service,
  Service: services.serviceAnswer,
  ServiceRequest: requests.serviceRequest,
  ServiceRequestAnswer: services.serviceRequestAnswer,
  ConfigStatus: config.configStatus,
  GenerationRow: config.generationRow,
  GenerationList: config.generationList,
  Generation: config.generationDetail,
  Validation: config.validationAnswer,
  PublishAnswer: config.publishAnswer,
  ConfigDiff: config.configDiff,
  ConfigAudit: config.configAudit,
  JsonSchema: config.jsonSchema,
  Draft: config.draft,
  DraftRequest: requests.draftRequest,
  DocumentRequest: requests.validateRequest,
  DiffRequest: requests.diffRequest,
  PublishRequest: requests.publishRequest,
  RollbackRequest: requests.rollbackRequest,
  CsvImportRequest: requests.csvImportRequest,
  KepwareImportRequest: requests.kepwareImportRequest,
  CsvImport: config.csvImportAnswer,
  Session: access.sessionAnswer,
  SessionRequest: requests.sessionRequest,
  TokenList: access.tokenList,
  TokenRow: access.tokenRow,
  TokenRequest: requests.tokenRequest,
  TokenCreated: access.tokenCreated,
  TokenRevoked: access.tokenRevoked,
  LastError: words.errorReport,
  Finding: words.finding,
  ApplyStep: words.applyStep,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type ComponentName = keyof typeof components;
