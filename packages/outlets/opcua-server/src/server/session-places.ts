import { StatusCodes, type OPCUAServer, type ServerSession, type StatusCode as UaStatusCode } from 'node-opcua';
import type { Notices } from './notices.js';

export interface SessionLimits {
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
  readonly maxSessionsPerApplication: number;
}

/** Who wants a session. */
export interface Applicant {
  readonly address: string;
  readonly applicationUri: string;
}

/** A member of the library's engine that its types do not show. */
interface Engine {
  getSessions(): ServerSession[];
  closeSession(token: ServerSession['authenticationToken'], deleteSubscriptions: boolean, reason: string): void;
}

/**
 * Who may have a session, when not all may (OPC 10000-4, 5.6.2): one whose connection is gone gives way, the one that was heard of longest
 * ago first; then one that nobody has activated. An address or an application that has its share makes room among its own.
 */
export class SessionPlaces {
  readonly #server: OPCUAServer;
  readonly #limits: SessionLimits;
  readonly #notices: Notices;
  readonly #addresses = new WeakMap<ServerSession, string>();
  #evicted = 0;
  #refused = 0;

  constructor(server: OPCUAServer, limits: SessionLimits, notices: Notices) {
    this.#server = server;
    this.#limits = limits;
    this.#notices = notices;
    server.on('create_session', (session) => {
      this.#addresses.set(session, session.channel?.remoteAddress ?? '');
    });
  }

  /** Sessions that gave way, and applicants that got none, so far. */
  get counts(): { readonly evicted: number; readonly refused: number; readonly withoutChannel: number } {
    const withoutChannel = this.#sessions().filter(isWithoutChannel).length;
    return { evicted: this.#evicted, refused: this.#refused, withoutChannel };
  }

  /** Makes room for one more. Undefined when there is. */
  admit(applicant: Applicant): UaStatusCode | undefined {
    const { maxSessions, maxSessionsPerAddress, maxSessionsPerApplication } = this.#limits;
    const { address, applicationUri } = applicant;
    const ofAddress = (session: ServerSession): boolean => this.#addresses.get(session) === address;
    const ofApplication = (session: ServerSession): boolean => applicationOf(session) === applicationUri;
    const hasRoom =
      this.#room(ofApplication, maxSessionsPerApplication) &&
      this.#room(ofAddress, maxSessionsPerAddress) &&
      this.#room(() => true, maxSessions);
    if (hasRoom) return undefined;
    this.#refused += 1;
    const message = `OPC UA: no session for ${applicationUri || 'a client'} at ${address}: all that it may have are in use`;
    this.#notices.tell(`session ${address} ${applicationUri}`, message, { address, applicationUri });
    return StatusCodes.BadTooManySessions;
  }

  /** Ends the session that was heard of longest ago among those without a connection, with its subscriptions. False: there is none. */
  evictOne(): boolean {
    return this.#evict(this.#sessions().filter(isWithoutChannel));
  }

  #room(counts: (session: ServerSession) => boolean, limit: number): boolean {
    const those = this.#sessions().filter(counts);
    if (those.length < limit) return true;
    return (
      this.#evict(those.filter(isWithoutChannel)) || this.#evict(those.filter(({ status }) => status !== 'active'))
    );
  }

  #evict(sessions: readonly ServerSession[]): boolean {
    if (sessions.length === 0) return false;
    const oldest = sessions.reduce((one, other) => (lastHeardOf(other) > lastHeardOf(one) ? other : one));
    this.#engine().closeSession(oldest.authenticationToken, true, 'Forcing');
    this.#evicted += 1;
    const address = this.#addresses.get(oldest) ?? '';
    const message = `OPC UA: session of ${applicationOf(oldest) || 'a client'} at ${address} gave way: it had no connection or was never activated`;
    this.#notices.tell(`evicted ${address}`, message, { address, applicationUri: applicationOf(oldest) });
    return true;
  }

  #sessions(): ServerSession[] {
    return this.#engine().getSessions();
  }

  /** There when the server is initialised. */
  #engine(): Engine {
    return this.#server.engine;
  }
}

function isWithoutChannel({ channel }: ServerSession): boolean {
  return !channel || channel.aborted;
}

/** ms since it was heard of. */
function lastHeardOf({ clientLastContactTime }: ServerSession): number {
  return clientLastContactTime;
}

function applicationOf({ clientDescription }: ServerSession): string {
  return clientDescription?.applicationUri ?? '';
}
