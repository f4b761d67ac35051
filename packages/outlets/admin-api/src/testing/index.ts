export { FakeGatewayControl } from './fake-gateway-control.js';
export { driverDetail, gatewayStatus, tagRow } from './samples.js';
