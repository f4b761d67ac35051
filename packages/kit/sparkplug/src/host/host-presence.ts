import { encodeState } from '../state-message.js';
import { stateTopics } from '../topics.js';

/** One message of a host about itself: QoS 1, retained. */
export interface HostPresence {
  readonly topic: string;
  /** For the CONNECT. Its time is that of the birth (section 5.5), so that the will of a connection never overrules the birth of a later one. */
  readonly will: Uint8Array;
  /** To publish once the subscriptions stand, and again when somebody says that the host is offline. */
  readonly birth: Uint8Array;
  /** To publish before an intended end. */
  death(nowMs: number): Uint8Array;
}

export function hostPresence(host: string, connectAtMs: number): HostPresence {
  return {
    topic: stateTopics(host).current,
    will: encodeState({ isOnline: false, timestampMs: connectAtMs }),
    birth: encodeState({ isOnline: true, timestampMs: connectAtMs }),
    death: (nowMs) => encodeState({ isOnline: false, timestampMs: nowMs }),
  };
}
