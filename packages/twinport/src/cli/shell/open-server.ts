import { type Client, type ConnectOptions, type DataPath, type TlsFacts, createPool } from '@twinport/ftp/client';
import { resolvePath } from '@twinport/ftp/protocol';
import type { ClientEvent } from '../remotes.js';
import { ListingCache } from './listing-cache.js';

/** A login, and where in it one is. */
export interface Opened {
  readonly options: ConnectOptions;
  /** Site or URL, without password. */
  readonly label: string;
  /** Of the URL or site: where to begin. */
  readonly path: string;
}

const DATA_COMMAND = /^(EPSV|PASV|EPRT|PORT)\b/;

/** The server that a shell has open, and the folder on it that relative paths begin in. */
export class OpenServer {
  readonly options: ConnectOptions;
  readonly label: string;
  readonly client: Client;
  readonly listings: ListingCache;
  /** Of the last data connection. */
  dataPath: DataPath | undefined;
  tls: TlsFacts | undefined;
  folder = '';
  before: string | undefined;
  /** Called when `dataPath` has changed. */
  onDataPath: () => void = () => {};
  readonly #commands = new Map<number, DataPath['command']>();

  constructor({ options, label }: Opened, connections: number) {
    this.options = options;
    this.label = label;
    this.client = createPool(options, { maxConnections: connections });
    this.listings = new ListingCache((path) => this.client.list(path).toArray());
    this.client.on('connection', (event) => this.#notice(event));
  }

  /** Logs in. Rejects with FtpError. */
  async logIn(signal: AbortSignal): Promise<void> {
    const { home, tls } = await this.client.info({ signal });
    this.folder = home;
    this.tls = tls;
  }

  /** The absolute path that is meant by one. */
  at(path: string): string {
    return this.folder.startsWith('/') ? resolvePath(this.folder, path) : path || this.folder;
  }

  enter(folder: string): void {
    this.before = this.folder;
    this.folder = folder;
  }

  /** Which command announced the data connection that has just come about on the same control connection. */
  #notice(event: ClientEvent<'connection'>): void {
    if (event.kind === 'line' && event.direction === 'out') {
      const [, command] = DATA_COMMAND.exec(event.text) ?? [];
      if (command === 'EPSV' || command === 'PASV' || command === 'EPRT' || command === 'PORT')
        this.#commands.set(event.connection, command);
    } else if (event.kind === 'data' && event.state === 'open') {
      const command = this.#commands.get(event.connection);
      if (command === undefined) return;
      this.#commands.delete(event.connection);
      const changed = this.dataPath?.command !== command;
      this.dataPath = { mode: event.mode, command };
      if (changed) this.onDataPath();
    }
  }
}
