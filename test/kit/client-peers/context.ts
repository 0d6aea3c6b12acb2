import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Client, type ConnectOptions, createPool } from '@twinport/ftp/client';
import { type Cell, optionsOf } from './cell.js';
import { type Peer, makeFile, makeFolder, makeLink } from './peer.js';
import { Watch } from './watch.js';

/** The one client that the behaviours of a cell share, and what it has told so far. */
export interface SharedClient {
  readonly client: Client;
  readonly watch: Watch;
}

/** A client that is watched from before its first connection on. */
export function watchedClient(options: ConnectOptions, maxConnections = 1): SharedClient {
  const client = createPool(options, { maxConnections });
  return { client, watch: new Watch(client) };
}

/** What a behaviour is tried with: a server, a client, and a folder of its own on either side. */
export class Context {
  readonly cell: Cell;
  readonly peer: Peer;
  readonly client: Client;
  readonly watch: Watch;
  /** A folder of the server. */
  readonly folder: string;
  /** A folder of this machine. */
  readonly local: string;
  readonly #clients: Client[] = [];

  private constructor(cell: Cell, peer: Peer, shared: SharedClient, folder: string, local: string) {
    this.cell = cell;
    this.peer = peer;
    this.client = shared.client;
    this.watch = shared.watch;
    this.folder = folder;
    this.local = local;
  }

  /** `name`: of the two folders, which are made. */
  static async create(
    cell: Cell,
    {
      peer,
      shared,
      name,
      local,
    }: { readonly peer: Peer; readonly shared: SharedClient; readonly name: string; readonly local: string },
  ): Promise<Context> {
    await makeFolder(peer, name);
    await mkdir(join(local, name));
    return new Context(cell, peer, shared, `/${name}`, join(local, name));
  }

  get options(): ConnectOptions {
    return optionsOf(this.cell, this.peer);
  }

  /** Another client of the same cell, ended with the behaviour. */
  newClient(options: Partial<ConnectOptions> = {}, maxConnections = 1): SharedClient {
    const shared = watchedClient({ ...this.options, ...options }, maxConnections);
    this.#clients.push(shared.client);
    return shared;
  }

  end(): void {
    for (const client of this.#clients) client.destroy();
  }

  /** The server's path of a name in the folder. */
  at(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Where the server keeps that. */
  onDisk(name: string): string {
    return join(this.peer.root, this.folder, name);
  }

  /** A path of this machine. */
  here(name: string): string {
    return join(this.local, name);
  }

  async have(name: string, content: string | Uint8Array = ''): Promise<void> {
    await makeFile(this.peer, join(this.folder, name), content);
  }

  async haveFolder(name: string): Promise<void> {
    await makeFolder(this.peer, join(this.folder, name));
  }

  async haveLink(name: string, target: string): Promise<void> {
    await makeLink(this.peer, join(this.folder, name), target);
  }

  async stored(name: string): Promise<Buffer> {
    return await readFile(this.onDisk(name));
  }

  async expectStored(name: string, content: string | Uint8Array): Promise<void> {
    expectSame(await this.stored(name), content);
  }

  /** Does that, and sees that no control connection was lost or made over it. */
  async onOneConnection(shared: SharedClient, use: () => Promise<void>): Promise<void> {
    await shared.client.info();
    const before = shared.watch.controls('open').length;
    await use();
    await shared.client.info();
    if (this.cell.version !== undefined && !this.peer.can.survivesCutTransfers) return;
    assert.equal(
      shared.watch.controls('open').length,
      before,
      `another control connection was made: ${shared.watch.why}`,
    );
    assert.equal(shared.watch.heldByServer(), 1);
  }
}

/** Long content is not shown. */
export function expectSame(actual: Uint8Array, expected: string | Uint8Array): void {
  const wanted = Buffer.from(expected);
  if (wanted.length < 200) assert.equal(Buffer.from(actual).toString('latin1'), wanted.toString('latin1'));
  assert.equal(actual.length, wanted.length);
  assert.ok(wanted.equals(actual), 'other bytes');
}
