export { TestBrowser } from './browser.js';
export { call, open, ReceivedEvents, type Door, type TestAnswer, type TestRequest } from './api-client.js';
export { nobody } from './nobody.js';
export { FakeGatewayControl } from './fake-gateway-control.js';
export {
  about,
  alarmRow,
  alarmStatistics,
  journalRow,
  auditRow,
  driverCurves,
  driverDetail,
  gatewayStatus,
  hostRow,
  postMortem,
  servicePostMortem,
  tagDetail,
  tagRow,
} from './samples.js';
export { TestServer, testPassword, testToken, type TestServerOptions } from './test-server.js';
