export { hasMosquitto, Mosquitto, type MosquittoOptions } from './mosquitto.js';
export { ScriptedBroker, type BrokerScript, type ScriptedClient } from './scripted-broker.js';
export { TestBroker, type SeenMessage, type TestBrokerOptions, type TestBrokerTls } from './test-broker.js';
export { TestCertificates } from './test-certificates.js';
export { LinkProbe } from './link-probe.js';
