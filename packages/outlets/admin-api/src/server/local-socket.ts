import type { Server } from 'node:http';
import { dirname } from 'node:path';
import type { Logger } from '@fieldwarden/core';
import { diskRefusal } from '@fieldwarden/storage';
import { listenOnSocket, stopListening } from './listen.js';
import { makeSpareFolder, spareSockets } from './spare-sockets.js';

export interface LocalSocketDependencies {
  /** A server of the Admin API that does not listen yet. */
  readonly makeServer: () => Server;
  readonly logger: Logger;
}

/**
 * The door for whoever may open a file: a unix socket in the home, or at a spare place for as long as the disk of the home does not take one.
 */
export class LocalSocket {
  readonly #path: string;
  readonly #deps: LocalSocketDependencies;
  readonly #usual: Server;
  #spare: Server | undefined;

  /** `path`: `<home>/admin.sock`. */
  constructor(path: string, deps: LocalSocketDependencies) {
    this.#path = path;
    this.#deps = deps;
    this.#usual = deps.makeServer();
  }

  /** Opens it, wherever it can be. Rejects as `listenOnSocket` does, unless the disk is the reason. */
  async open(): Promise<void> {
    try {
      await this.openAtHome();
    } catch (error) {
      if (diskRefusal(error) === undefined) throw error;
      await this.#openSpare(error);
    }
  }

  /** Where everybody looks first. Rejects as `listenOnSocket` does, also when the disk does not take it. */
  async openAtHome(): Promise<void> {
    if (this.#usual.listening) return;
    await listenOnSocket(this.#usual, this.#path);
    this.#spare?.close(); // who is connected stays
  }

  /** Resolves when the last connection is gone. */
  async close(): Promise<void> {
    await Promise.all(this.#servers.map(stopListening));
  }

  closeAllConnections(): void {
    for (const server of this.#servers) server.closeAllConnections();
  }

  get #servers(): readonly Server[] {
    return this.#spare ? [this.#usual, this.#spare] : [this.#usual];
  }

  async #openSpare(reason: unknown): Promise<void> {
    const { makeServer, logger } = this.#deps;
    const home = dirname(this.#path);
    for (const path of spareSockets(home).filter((spare) => makeSpareFolder(spare, home))) {
      const server = makeServer();
      try {
        await listenOnSocket(server, path);
      } catch {
        continue; // the next place
      }
      this.#spare = server;
      logger.warn(`the local socket is ${path}, where commands find it: the disk of the home directory takes none`, { error: reason }); // prettier-ignore
      return;
    }
    logger.error('the local socket cannot be opened: commands reach this gateway only by --url and a token', {
      error: reason,
    });
  }
}
