import type { OPCUAServer, ServerSession, Subscription } from 'node-opcua';
import { deliverOnChange } from './change-driven.js';

/** Makes every subscription of a server change-driven and counts its monitored items. */
export class SessionWatch {
  #monitoredItems = 0;

  constructor(server: OPCUAServer) {
    server.on('create_session', (session) => this.#onSession(session));
  }

  get monitoredItems(): number {
    return this.#monitoredItems;
  }

  #onSession(session: ServerSession): void {
    session.on('new_subscription', (subscription: Subscription) => this.#onSubscription(subscription));
  }

  #onSubscription(subscription: Subscription): void {
    deliverOnChange(subscription);
    subscription.on('monitoredItem', () => void (this.#monitoredItems += 1));
    subscription.on('removeMonitoredItem', () => void (this.#monitoredItems -= 1));
  }
}
