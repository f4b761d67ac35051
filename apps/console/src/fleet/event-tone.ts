import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import { deviceStateLooks, driverStateLooks, type Tone } from './state-words.js';

/** How serious an event is, by what it says happened. */
export function eventTone({ type, data }: GatewayEvent): Tone {
  const to = typeof data?.to === 'string' ? data.to : undefined;
  if (to && to in driverStateLooks) return driverStateLooks[to as keyof typeof driverStateLooks].tone;
  const state = typeof data?.state === 'string' ? data.state : undefined;
  if (state && state in deviceStateLooks) return deviceStateLooks[state as keyof typeof deviceStateLooks].tone;
  if (type === 'service' && state && state in driverStateLooks)
    return driverStateLooks[state as keyof typeof driverStateLooks].tone;
  if (type === 'alarm') return data?.active === false ? 'good' : 'warning';
  if ((type === 'host' || type === 'service') && typeof data?.cause === 'string')
    return ownWish.has(data.cause) ? 'idle' : 'fault';
  return 'idle';
}

/** Ends of processes that somebody asked for. */
const ownWish: ReadonlySet<string> = new Set(['operator', 'cron', 'promotion', 'configuration']);
