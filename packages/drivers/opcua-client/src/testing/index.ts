export { machineMethod, MachineExtras } from './machine-extras.js';
export { opcUaClientContract, stopSharedServer } from './opcua-client-contract.js';
export { serverUri, signals, UaTestServer, type UaTestServerOptions } from './ua-test-server.js';
