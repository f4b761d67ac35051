import type { DeviceState, DriverState } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import {
  deviceStateLooks,
  driverStateLooks,
  serviceStateLook,
  type StateLook,
  type Tone,
} from '../fleet/state-words.js';
import { Icon, type IconName } from './icon.js';

interface BadgeProps {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: string;
  readonly meaning?: string;
}

/** A state: colour, sign and word say the same. */
export function Badge({ tone, icon, word, meaning }: BadgeProps): ReactElement {
  return (
    <span className={`badge tone-${tone}`} title={meaning}>
      <Icon name={icon} />
      {word}
    </span>
  );
}

const unheardOf: StateLook = { tone: 'busy', icon: 'question', meaning: 'A state that this console does not know.' };

export function DriverBadge({ state }: { readonly state: DriverState }): ReactElement {
  return <Badge word={state} {...(driverStateLooks[state] ?? unheardOf)} />;
}

export function ServiceBadge({ state }: { readonly state: DriverState }): ReactElement {
  return <Badge word={state} {...(serviceStateLook(state) ?? unheardOf)} />;
}

const deviceWords: Readonly<Partial<Record<DeviceState, string>>> = { demoted: 'off scan' };

export function DeviceBadge({ state }: { readonly state: DeviceState }): ReactElement {
  return <Badge word={deviceWords[state] ?? state} {...(deviceStateLooks[state] ?? unheardOf)} />;
}
