import type { GatewayEvent } from '@fieldwarden/gateway-contract';

export interface EventFilter {
  /** '' = every type. */
  readonly type: string;
  /** '' = every driver, and the gateway itself. */
  readonly driverId: string;
  readonly text: string;
}

export function filteredEvents(
  events: readonly GatewayEvent[],
  { type, driverId, text }: EventFilter,
): readonly GatewayEvent[] {
  const wanted = text.toLowerCase();
  return events.filter(
    (event) =>
      (type === '' || event.type === type) &&
      (driverId === '' || event.driverId === driverId) &&
      (wanted === '' || event.message.toLowerCase().includes(wanted)),
  );
}
