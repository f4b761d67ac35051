import type { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';

/** What happens to the chosen statement: refused by the server, or the connection is lost before it leaves, or before its answer comes. */
export type StatementFault = 'refused' | 'lost-before' | 'lost-after';

/** Counts the statements of all clients that it makes, and lets one of them fail. */
export class FailingClients {
  /** Statements so far, the first words of each. */
  readonly statements: string[] = [];
  /** Which one fails, counted from 0, and how. */
  fault: { readonly at: number; readonly how: StatementFault } | undefined;

  readonly create = (config: ClientConfig): Client => {
    const socket = (config.stream as () => Socket)();
    const client = new Client({ ...config, stream: () => socket });
    const query = client.query.bind(client) as (text: unknown, values?: unknown) => Promise<unknown>;
    client.query = ((text: unknown, values?: unknown) => this.#run(query, socket, text, values)) as Client['query'];
    return client;
  };

  async #run(
    query: (text: unknown, values?: unknown) => Promise<unknown>,
    socket: Socket,
    text: unknown,
    values: unknown,
  ): Promise<unknown> {
    const at = this.statements.push(String(text).trim().slice(0, 40)) - 1;
    if (this.fault?.at !== at) return await query(text, values);
    if (this.fault.how === 'refused') return await query(`do $$ begin raise exception 'statement ${at} fails'; end $$`);
    if (this.fault.how === 'lost-before') socket.destroy();
    const answer = query(text, values);
    if (this.fault.how === 'lost-after') cutBeforeAnswer(socket);
    return await answer;
  }
}

/** The statement leaves; whatever comes back does not arrive. */
function cutBeforeAnswer(socket: Socket): void {
  socket.removeAllListeners('data');
  socket.once('data', () => socket.destroy());
}
