import type { DeviceState, DriverState } from '@fieldwarden/gateway-contract';

/** How serious something is; each has a colour, and never only a colour. */
export type Tone = 'good' | 'busy' | 'warning' | 'fault' | 'idle';

export interface StateLook {
  readonly tone: Tone;
  readonly icon: 'check' | 'warning' | 'retry' | 'fault' | 'hourglass' | 'stopped' | 'question' | 'off-scan';
  /** What it means, for a tooltip. */
  readonly meaning: string;
}

export const driverStateLooks: Readonly<Record<DriverState, StateLook>> = {
  Healthy: { tone: 'good', icon: 'check', meaning: 'Every device answers.' },
  Degraded: { tone: 'warning', icon: 'warning', meaning: 'Some devices answer, others do not.' },
  Reconnecting: { tone: 'warning', icon: 'retry', meaning: 'No device answers; the driver keeps trying.' },
  Faulted: { tone: 'fault', icon: 'fault', meaning: 'The driver does not run, and somebody has to look at it.' },
  Initializing: { tone: 'busy', icon: 'hourglass', meaning: 'Starting.' },
  Unknown: { tone: 'busy', icon: 'question', meaning: 'Nothing is known of it yet.' },
  Stopped: { tone: 'idle', icon: 'stopped', meaning: 'Stopped by an operator or by the configuration.' },
};

const serviceMeanings: Readonly<Record<DriverState, string>> = {
  Healthy: 'It does its work.',
  Degraded: 'It works, but not all of it.',
  Reconnecting: 'It does not work at present and comes back by itself.',
  Faulted: 'It failed; it is tried again later, or not at all.',
  Initializing: 'Starting.',
  Unknown: 'Nothing is known of it yet.',
  Stopped: 'Stopped by an operator or by the configuration.',
};

/** As of a driver, with what it means of a service. */
export function serviceStateLook(state: DriverState): StateLook | undefined {
  const look = driverStateLooks[state] as StateLook | undefined;
  return look && { ...look, meaning: serviceMeanings[state] };
}

export const deviceStateLooks: Readonly<Record<DeviceState, StateLook>> = {
  connected: { tone: 'good', icon: 'check', meaning: 'It answers.' },
  demoted: {
    tone: 'fault',
    icon: 'off-scan',
    meaning: 'Off scan after repeated failures; one probe at a time asks whether it is back.',
  },
  unreachable: { tone: 'warning', icon: 'retry', meaning: 'It did not answer the last time.' },
  unknown: { tone: 'busy', icon: 'question', meaning: 'It has not been asked yet.' },
  disabled: { tone: 'idle', icon: 'stopped', meaning: 'Its driver is stopped.' },
};
