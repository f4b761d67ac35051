export { hasMosquitto, Mosquitto, type MosquittoOptions } from './mosquitto.js';
export { ScriptedBroker, type BrokerScript, type ScriptedClient } from './scripted-broker.js';
export { TestBroker, type SeenMessage, type TestBrokerOptions } from './test-broker.js';
export { LinkProbe } from './link-probe.js';
