import { deskMethods, type DeskName, type GatewayDesks } from '@fieldwarden/service';
import type { ServiceAsks } from './service-asks.js';

/** In a Host: the gateway's desks, each method asked through the channel by its name. */
export function hostedDesks(asks: Pick<ServiceAsks, 'ask'>): GatewayDesks {
  const desk = (name: DeskName): unknown =>
    Object.fromEntries(
      deskMethods[name].map((method) => [
        method,
        (...args: readonly unknown[]) => asks.ask({ kind: 'desk', desk: name, method, args }),
      ]),
    );
  return { history: desk('history'), alarms: desk('alarms'), acts: desk('acts') } as GatewayDesks;
}
