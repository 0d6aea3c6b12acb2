import { type Client, type ClientEvents, type ConnectOptions, type FtpUrlType, createPool } from '@twinport/ftp/client';
import type { ConnectFlags } from '../sites/connect-flags.js';
import { resolveRemote } from '../sites/resolve.js';

/** A path on a server, and the client that goes there. */
export interface Remote {
  readonly client: Client;
  readonly path: string;
  /** How to name the server to the user; no password is in it. */
  readonly label: string;
  /** What `;type=` of its URL asks for. */
  readonly type?: FtpUrlType;
}

export type ClientWatcher = (client: Client) => void;
export type ClientEvent<Name extends keyof ClientEvents> = ClientEvents[Name][0];

/** The clients of a command: one for each server and user, however many paths are on it. They connect when they are used. */
export class Remotes {
  readonly #flags: ConnectFlags;
  readonly #maxConnections: number;
  readonly #watch: ClientWatcher;
  readonly #clients = new Map<string, Client>();

  constructor(flags: ConnectFlags, maxConnections: number, watch: ClientWatcher) {
    this.#flags = flags;
    this.#maxConnections = maxConnections;
    this.#watch = watch;
  }

  async open(text: string): Promise<Remote> {
    const { options, path, label, type } = await resolveRemote(text, this.#flags);
    const key = identityOf(options);
    let client = this.#clients.get(key);
    if (!client) {
      client = createPool(options, { maxConnections: this.#maxConnections });
      this.#clients.set(key, client);
      this.#watch(client);
    }
    return { client, path, label, ...(type && { type }) };
  }

  /** Ends the sessions politely. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#clients.values(), (client) => client.close()));
  }

  /** Drops every connection. */
  destroy(): void {
    for (const client of this.#clients.values()) client.destroy();
  }
}

/** Two remotes with the same answer can share their connections. */
function identityOf({ host, port, user, password, tls }: ConnectOptions): string {
  const mode = typeof tls === 'object' ? tls.mode : tls;
  return JSON.stringify([host, port, user, typeof password === 'string' ? password : '', mode]);
}
