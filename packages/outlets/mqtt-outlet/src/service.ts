import { defineService } from '@fieldwarden/service';
import { isDeepStrictEqual } from 'node:util';
import { checkOutlets, checkSettings } from './check-settings.js';
import { mqttOutletSettings, type MqttOutletSettings } from './settings.js';
import { outletFor } from './sparkplug/both-formats.js';

/**
 * Values, states and commands over MQTT, with an outbox that loses nothing (SPEC §10.2).
 *
 * In-process by default: it speaks to one peer that the plant names, and takes messages only where commands are on. Values go from the tag
 * store to the outbox without a way over a channel. It works in a process of its own as well.
 */
export default defineService<MqttOutletSettings>({
  name: 'mqtt',
  title: 'MQTT outlet',
  version: '1.0.0',
  section: 'mqtt',
  mayRepeat: true,
  entry: import.meta.url,
  isolation: 'in-process',
  statusField: 'mqtt',
  statusFieldKeys: ['id', 'connected', 'pending', 'dropped'],
  disturbance: {
    restart: 'its connection to the broker is made anew',
    stop: 'nothing is published any more',
  },
  schema: mqttOutletSettings,
  check: checkSettings,
  checkTogether: checkOutlets,
  changesLive: (before, after) => isDeepStrictEqual(connectionOf(before), connectionOf(after)),
  create: outletFor,
});

/** Everything but what is looked at by each message. */
function connectionOf({ publish: _, window: __, outbox: ___, ...rest }: MqttOutletSettings): object {
  return rest;
}
