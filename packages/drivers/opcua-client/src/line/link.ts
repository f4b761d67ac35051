import { isGatewayError, type Clock, type GatewayError, type Logger, type Timer } from '@fieldwarden/core';
import type { ClientSession, OPCUAClient } from 'node-opcua-client';
import type { Library } from './library.js';
import { endsSession, ServiceRefused, silent, unreachable } from './errors.js';
import { limitNodes, publishedLimits, serverLimits, type ServerLimits } from './server-limits.js';
import { within } from './waiting.js';
import type { ProfileName } from '../profiles.js';
import type { UaDataValue } from '../values/ua-value.js';

export interface LinkDependencies {
  readonly library: Library;
  readonly client: OPCUAClient;
  readonly session: ClientSession;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly profile: ProfileName;
  readonly endpointUrl: string;
  /** The server is asked for a sign of life when it has not been heard for so long. */
  readonly keepAliveMs: number;
}

/** What the library's request and response classes have in common. */
export interface UaRequest {
  readonly requestHeader: { timeoutHint: number };
}

/** Members of the library's session and client that its types do not show. */
interface TransactingSession {
  _performMessageTransaction(request: unknown, callback: (error: Error | null, response?: unknown) => void): void;
}
interface ChannelHolder {
  readonly _secureChannel: { abortConnection(callback: () => void): void } | null;
}

/** A watch that fires so much later than it should says that this process stood still, not the server. */
const ownStallMs = 400;
const closeMs = 1_000;
const serverState = 2_259;
const namespaceArray = 2_255;

/**
 * One connection with one session, from its first answer to its loss. Used once: whatever goes wrong, the link is lost, everybody hears it, and the library's client
 * is thrown away. It never reconnects.
 */
export class Link {
  readonly library: Library;
  readonly session: ClientSession;
  readonly endpointUrl: string;
  readonly #deps: LinkDependencies;
  readonly #ends = new Set<(error: GatewayError) => void>();
  #namespaces: readonly string[] = [];
  #limits!: ServerLimits;
  #lost: GatewayError | undefined;
  #heardAtMs: number;
  #watch: Timer | undefined;
  #isAsking = false;

  private constructor(dependencies: LinkDependencies) {
    this.#deps = dependencies;
    this.library = dependencies.library;
    this.session = dependencies.session;
    this.endpointUrl = dependencies.endpointUrl;
    this.#heardAtMs = dependencies.clock.monotonicMs();
  }

  /** Takes over a session that has just been activated: namespaces and limits are known when it resolves. */
  static async over(dependencies: LinkDependencies): Promise<Link> {
    const link = new Link(dependencies);
    const { client, clock } = dependencies;
    client.on('receive_response', () => (link.#heardAtMs = clock.monotonicMs()));
    client.on('connection_lost', () => link.lose(unreachable(`the connection to ${link.endpointUrl} is lost`)));
    client.on('close', () => link.lose(unreachable(`the server ${link.endpointUrl} has closed the connection`)));
    try {
      await link.#learn();
    } catch (error) {
      link.lose(isGatewayError(error) ? error : unreachable(String(error)));
      throw error;
    }
    link.#watchSoon();
    return link;
  }

  /** The server's NamespaceArray. */
  get namespaces(): readonly string[] {
    return this.#namespaces;
  }

  get limits(): ServerLimits {
    return this.#limits;
  }

  get lost(): GatewayError | undefined {
    return this.#lost;
  }

  /** Called once when the link is lost, at once if it is already. */
  onLost(listener: (error: GatewayError) => void): void {
    if (this.#lost) listener(this.#lost);
    else this.#ends.add(listener);
  }

  /** Sends a request, whichever it is. Rejects with what the server answered, with kind `timeout` or `unreachable`, or when a signal aborts. */
  async request<Response>(
    request: UaRequest,
    { timeoutMs, signals }: { readonly timeoutMs: number; readonly signals?: readonly AbortSignal[] },
  ): Promise<Response> {
    const name = request.constructor.name.replace(/Request$/, '');
    if (this.#lost) throw this.#lost;
    request.requestHeader.timeoutHint = Math.max(1, Math.ceil(timeoutMs));
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const onLost = ({ message }: GatewayError): void => reject(unreachable(message, 'unknown'));
    this.#ends.add(onLost);
    try {
      (this.session as unknown as TransactingSession)._performMessageTransaction(request, (error, response) => {
        if (error === null) resolve(response as Response);
        else reject(this.#failure(name, error));
      });
      return await within(promise, this.#deps.clock, {
        waitMs: timeoutMs,
        late: () => silent(`a ${name} request within ${Math.round(timeoutMs)} ms`),
        ...(signals && { signals }),
      });
    } finally {
      this.#ends.delete(onLost);
    }
  }

  /** Present values of a few nodes of namespace 0. */
  async readStandard(nodes: readonly number[], timeoutMs: number): Promise<readonly UaDataValue[]> {
    const { ReadRequest, TimestampsToReturn, makeNodeId, AttributeIds } = this.library;
    const request = new ReadRequest({
      maxAge: 0,
      timestampsToReturn: TimestampsToReturn.Neither,
      nodesToRead: nodes.map((node) => ({ nodeId: makeNodeId(node), attributeId: AttributeIds.Value })),
    });
    const { results } = await this.request<{ results: UaDataValue[] | null }>(request, { timeoutMs });
    return results ?? [];
  }

  /** It can't be used any more; `error` says why. The second call does nothing. */
  lose(error: GatewayError): void {
    if (this.#lost) return;
    this.#lost = error;
    this.#watch?.[Symbol.dispose]();
    for (const end of this.#ends) end(error);
    this.#ends.clear();
    void this.#discard(false);
  }

  /** As `lose`, but says good-bye to the server first, for at most a second. */
  async close(error: GatewayError): Promise<void> {
    if (this.#lost) return;
    this.#lost = error;
    this.#watch?.[Symbol.dispose]();
    for (const end of this.#ends) end(error);
    this.#ends.clear();
    await this.#discard(true);
  }

  /** Never rejects. */
  async #discard(isPolite: boolean): Promise<void> {
    const { client, clock } = this.#deps;
    if (isPolite)
      await within(this.session.close(true), clock, { waitMs: closeMs, late: () => new Error('late') }).catch(
        () => undefined,
      );
    (client as unknown as ChannelHolder)._secureChannel?.abortConnection(() => undefined);
    await within(client.disconnect(), clock, { waitMs: closeMs, late: () => new Error('late') }).catch(() => undefined);
  }

  async #learn(): Promise<void> {
    const [state, names, ...limits] = await this.readStandard([serverState, namespaceArray, ...limitNodes], 5_000);
    const uris = names?.value?.value;
    if (!Array.isArray(uris)) throw unreachable(`the server ${this.endpointUrl} does not tell its namespaces`);
    this.#namespaces = uris.map(String);
    this.#limits = serverLimits(
      publishedLimits(
        limits.map(({ value, statusCode }) =>
          statusCode.value >>> 30 === 0 && typeof value?.value === 'number' ? value.value : undefined,
        ),
      ),
      this.#deps.profile,
    );
    if (state?.value?.value !== 0)
      this.#deps.logger.warn(`the OPC UA server ${this.endpointUrl} says that it is not running`, {
        state: state?.value?.value,
      });
  }

  #failure(name: string, error: Error): Error {
    const fault = (error as { response?: { responseHeader?: { serviceResult?: { value: number } } } }).response;
    const status = fault?.responseHeader?.serviceResult?.value;
    if (status !== undefined) {
      const refused = new ServiceRefused(name, status);
      if (endsSession(status)) this.lose(refused);
      return refused;
    }
    if (/timeout|timed out/i.test(error.message)) return silent(`a ${name} request`);
    const failed = unreachable(`the connection to ${this.endpointUrl} broke: ${error.message}`, 'unknown');
    this.lose(failed);
    return failed;
  }

  #watchSoon(): void {
    const { clock, keepAliveMs } = this.#deps;
    const periodMs = Math.max(20, keepAliveMs / 4);
    const dueMs = clock.monotonicMs() + periodMs;
    this.#watch = clock.setTimer(() => {
      const lateMs = clock.monotonicMs() - dueMs;
      // What the server sent meanwhile waits in the socket: it is given the time to be heard.
      if (lateMs > ownStallMs) this.#heardAtMs += lateMs;
      this.#look();
    }, periodMs);
    this.#watch.unref();
  }

  #look(): void {
    if (this.#lost) return;
    const { clock, keepAliveMs } = this.#deps;
    const silentMs = clock.monotonicMs() - this.#heardAtMs;
    if (silentMs > 3.5 * keepAliveMs) {
      this.lose(silent(`for ${(silentMs / 1000).toFixed(1)} s`));
      return;
    }
    if (silentMs > 1.25 * keepAliveMs && !this.#isAsking) {
      this.#isAsking = true;
      this.readStandard([serverState], 4 * keepAliveMs)
        .catch(() => undefined) // heard of by the watch, or lost
        .finally(() => (this.#isAsking = false));
    }
    this.#watchSoon();
  }
}
