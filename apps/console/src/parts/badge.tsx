import type { DeviceState, DriverState } from '@fieldwarden/gateway-contract';
import type { ReactElement } from 'react';
import {
  deviceStateLooks,
  driverStateLooks,
  serviceStateLook,
  type StateLook,
  type Tone,
} from '../fleet/state-words.js';
import { counted, formatCount } from '../format/numbers.js';
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

/** Nothing is green while some of its tags are Bad. */
function lookWith(look: StateLook, tagsBad: number): StateLook {
  if (tagsBad === 0 || look.tone !== 'good') return look;
  return {
    tone: 'warning',
    icon: 'warning',
    meaning: `${look.meaning} But ${counted(tagsBad, 'tag')} ${tagsBad === 1 ? 'is' : 'are'} Bad.`,
  };
}

function wordWith(word: string, look: StateLook, tagsBad: number): string {
  return tagsBad === 0 || look.tone !== 'good' ? word : `${word}, ${formatCount(tagsBad)} Bad`;
}

interface DriverBadgeProps {
  readonly state: DriverState;
  /** Tags that are Bad although their devices answer. */
  readonly tagsBad?: number;
}

export function DriverBadge({ state, tagsBad = 0 }: DriverBadgeProps): ReactElement {
  const look = driverStateLooks[state] ?? unheardOf;
  return <Badge word={wordWith(state, look, tagsBad)} {...lookWith(look, tagsBad)} />;
}

export function ServiceBadge({ state }: { readonly state: DriverState }): ReactElement {
  return <Badge word={state} {...(serviceStateLook(state) ?? unheardOf)} />;
}

const deviceWords: Readonly<Partial<Record<DeviceState, string>>> = { demoted: 'off scan' };

interface DeviceBadgeProps {
  readonly state: DeviceState;
  /** Tags that are Bad although it answers. */
  readonly tagsBad?: number;
}

export function DeviceBadge({ state, tagsBad = 0 }: DeviceBadgeProps): ReactElement {
  const look = deviceStateLooks[state] ?? unheardOf;
  return <Badge word={wordWith(deviceWords[state] ?? state, look, tagsBad)} {...lookWith(look, tagsBad)} />;
}
