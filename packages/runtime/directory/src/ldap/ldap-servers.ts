import { GatewayError, isGatewayError, type Clock } from '@fieldwarden/core';
import { BusyError, UnavailableError } from 'ldapts';
import type { LdapQuestions, LdapServer } from './ldap-connection.js';

/** A server that did not answer is asked after the others for so long: each sign-in would wait for it again. */
const restMs = 60_000;

export interface LdapServersDependencies {
  /** In the order in which they are asked. */
  readonly servers: readonly LdapServer[];
  /** `LdapConnection.open`. */
  readonly open: (server: LdapServer) => Promise<LdapQuestions & Disposable>;
  readonly clock: Clock;
}

/** The servers of one directory: each has the same people, and the first one that answers is asked. */
export class LdapServers {
  readonly #deps: LdapServersDependencies;
  /** Until when a server is asked last, monotonic ms. */
  readonly #resting = new Map<LdapServer, number>();
  /** URL of the one that answered last. */
  answered: string | undefined;

  constructor(deps: LdapServersDependencies) {
    this.#deps = deps;
  }

  /** Rejects with kind `unreachable` when none answers, and as `talk` does when one said something that it throws. */
  async ask<Answer>(talk: (questions: LdapQuestions) => Promise<Answer>): Promise<Answer> {
    const failures: string[] = [];
    for (const server of this.#inOrder()) {
      try {
        using connection = await this.#deps.open(server);
        const answer = await talk(connection);
        this.#resting.delete(server);
        this.answered = server.url;
        return answer;
      } catch (error) {
        const reason = reasonToAskAnother(error, server.url);
        if (reason === undefined) throw error;
        this.#resting.set(server, this.#deps.clock.monotonicMs() + restMs);
        failures.push(reason);
      }
    }
    this.answered = undefined;
    throw new GatewayError({ code: 'DIRECTORY_UNREACHABLE', kind: 'unreachable', message: failures.join('; ') });
  }

  #inOrder(): readonly LdapServer[] {
    const { servers, clock } = this.#deps;
    const nowMs = clock.monotonicMs();
    const rests = (server: LdapServer): boolean => (this.#resting.get(server) ?? 0) > nowMs;
    return [...servers.filter((server) => !rests(server)), ...servers.filter(rests)];
  }
}

function reasonToAskAnother(error: unknown, url: string): string | undefined {
  if (error instanceof BusyError || error instanceof UnavailableError)
    return `the directory server ${url} has no time: ${error.message}`;
  return isGatewayError(error) && error.kind === 'unreachable' ? error.message : undefined;
}
