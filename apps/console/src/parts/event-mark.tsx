import type { GatewayEvent } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import { eventTone } from '../fleet/event-tone.js';
import { toneIcons } from '../fleet/verdict.js';
import { Badge } from './badge.js';

/** Kind of an event, and how serious it is. */
export function EventMark({ event }: { readonly event: GatewayEvent }): ReactElement {
  const tone = eventTone(event);
  const icon = tone === 'idle' ? 'right' : toneIcons[tone];
  return <Badge tone={tone} icon={event.type === 'alarm' ? 'bell' : icon} word={event.type} />;
}
