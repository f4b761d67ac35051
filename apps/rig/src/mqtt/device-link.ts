import { silentLogger, systemClock } from '@fieldwarden/core';
import { linkDefaults, MqttLink, type LinkOwner } from '@fieldwarden/mqtt-link';
import type { BrokerUser } from './broker-program.js';

export interface DeviceLinkOptions {
  /** On this machine. */
  readonly port: number;
  readonly user: BrokerUser | undefined;
}

/** Sockets are real, whatever clock the machines go by. A device comes back sooner than a gateway would: nobody waits for it in a demonstration. */
export function deviceLink(clientId: string, { port, user }: DeviceLinkOptions, owner: LinkOwner): MqttLink {
  const settings = {
    ...linkDefaults,
    url: `mqtt://127.0.0.1:${port}`,
    clientId,
    username: user?.name,
    password: user?.password,
    keepaliveSeconds: 5,
  };
  return new MqttLink(settings, owner, { clock: systemClock, random: Math.random, logger: silentLogger });
}
