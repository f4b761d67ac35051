import type { Clock, Logger } from '@fieldwarden/core';
import { linkDefaults, MqttLink, type PublishFate } from '@fieldwarden/mqtt-link';
import { randomBytes } from 'node:crypto';
import type { Notification } from '../message/notification.js';
import type { MqttSettings } from '../settings.js';
import { SendFailure, type Channel } from './channel.js';

export interface MqttChannelDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly site: string;
}

/**
 * A message to a broker, over a connection of its own for each: a notification waits behind no backlog of values, and is taken when the
 * broker has acknowledged it.
 */
export class MqttChannel implements Channel {
  readonly #settings: MqttSettings;
  readonly #deps: MqttChannelDependencies;

  constructor(settings: MqttSettings, dependencies: MqttChannelDependencies) {
    this.#settings = settings;
    this.#deps = dependencies;
  }

  async send(notification: Notification): Promise<void> {
    const { topic, timeoutMs } = this.#settings;
    const payload = Buffer.from(JSON.stringify(notification));
    let link: MqttLink | undefined;
    let problem = `no connection within ${timeoutMs} ms`;
    let isSent = false;
    const fate = Promise.withResolvers<PublishFate>();
    const timer = this.#deps.clock.setTimer(
      () =>
        fate.reject(
          new SendFailure(isSent ? 'unknown' : 'not-sent', isSent ? `no answer within ${timeoutMs} ms` : problem),
        ),
      timeoutMs,
    );
    try {
      link = new MqttLink(
        this.#linkSettings(),
        {
          stateChanged: (state) => {
            if (state.name === 'waiting') fate.reject(new SendFailure('not-sent', (problem = state.problem.message)));
            if (state.name !== 'connected' || isSent) return;
            isSent = true;
            link!.publish({ topic, payload, qos: 1, retain: false }, fate.resolve);
          },
        },
        this.#deps,
      );
      link.start();
      judge(await fate.promise);
    } finally {
      timer[Symbol.dispose]();
      await link?.stop({ deadlineMs: 500 });
    }
  }

  #linkSettings() {
    const { id, url, username, password, caFile = null, timeoutMs } = this.#settings;
    return {
      ...linkDefaults,
      url,
      // Another one each time: the broker may still hold the one before.
      clientId: `${this.#deps.site}-${id}-${randomBytes(4).toString('hex')}`,
      username,
      password,
      tls: { ...linkDefaults.tls, caFile },
      connectTimeoutMs: Math.min(timeoutMs, linkDefaults.connectTimeoutMs),
    };
  }
}

function judge(fate: PublishFate): void {
  switch (fate.name) {
    case 'acknowledged':
      return;
    case 'refused':
      throw new SendFailure('refused', `the broker refuses it with code ${fate.code}`);
    case 'deferred':
      throw new SendFailure('not-sent', `the broker does not take it now, code ${fate.code}`);
    case 'lost':
      throw new SendFailure('unknown', 'the connection ended before the broker acknowledged it');
  }
}
