export { call, open, ReceivedEvents, type Door, type TestAnswer, type TestRequest } from './api-client.js';
export { FakeGatewayControl } from './fake-gateway-control.js';
export { driverDetail, gatewayStatus, hostRow, postMortem, tagRow } from './samples.js';
export { TestServer, testToken, type TestServerOptions } from './test-server.js';
