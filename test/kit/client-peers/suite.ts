import { after, before, describe, test } from 'node:test';
import type { Behaviour } from './behaviour.js';
import { type Cell, cellsOf, inWords, optionsOf } from './cell.js';
import { Context, type SharedClient, watchedClient } from './context.js';
import { EVERYWHERE } from './everywhere-table.js';
import { PEER_ABILITIES } from './peer-abilities-table.js';
import { type Peer, type PeerName, startPeer } from './peer.js';
import { SESSIONS } from './sessions-table.js';
import { TRANSFERS } from './transfers-table.js';
import { TREES } from './tree-table.js';
import { missingServer } from '../foreign-servers.js';
import { temporaryFolder } from '../temporary-folder.js';

/** One that hangs is named, and the others are tried. */
const TIMEOUT_MS = 20_000;
const BEHAVIOURS = [...EVERYWHERE, ...TRANSFERS, ...TREES, ...SESSIONS];

/** The servers of one kind: one for each address and kind of TLS, started when it is first needed. */
class Peers {
  readonly #name: PeerName;
  readonly #started = new Map<string, Promise<Peer>>();
  #folders = 0;

  constructor(name: PeerName) {
    this.#name = name;
  }

  for({ host, tls }: Cell): Promise<Peer> {
    const implicit = tls === 'implicit';
    const key = `${host} ${implicit}`;
    const started =
      this.#started.get(key) ??
      startPeer(this.#name, {
        host,
        tls: implicit ? 'implicit' : 'explicit',
        requireSessionReuse: PEER_ABILITIES[this.#name].requiresSessionReuse,
      });
    this.#started.set(key, started);
    return started;
  }

  /** A name for a folder that no other behaviour has. */
  get folder(): string {
    this.#folders += 1;
    return `folder${this.#folders}`;
  }

  async stop(): Promise<void> {
    for (const peer of this.#started.values()) await (await peer).stop();
  }
}

/** The whole suite, with one kind of server. */
export function tryClientWith(name: PeerName): void {
  const skip = name === 'twinport' ? false : missingServer(name);
  void describe(`our client with ${name}`, { skip, concurrency: 1 }, () => {
    const peers = new Peers(name);
    after(() => peers.stop());
    for (const cell of cellsOf(PEER_ABILITIES[name])) tryCell(name, peers, cell);
  });
}

function tryCell(name: PeerName, peers: Peers, cell: Cell): void {
  void describe(`by ${inWords(cell)}`, () => {
    let peer: Peer;
    let shared: SharedClient;
    before(async () => {
      peer = await peers.for(cell);
      shared = watchedClient(optionsOf(cell, peer));
    });
    after(() => shared.client.destroy());
    for (const behaviour of BEHAVIOURS) {
      if (!isTried(behaviour, name, cell)) continue;
      test(behaviour.name, { timeout: TIMEOUT_MS }, async (t) => {
        const local = await temporaryFolder(t);
        const context = await Context.create(cell, { peer, shared, name: peers.folder, local });
        t.after(() => context.end());
        await behaviour.run(context);
      });
    }
  });
}

function isTried(behaviour: Behaviour, name: PeerName, cell: Cell): boolean {
  const can = behaviour.where?.(PEER_ABILITIES[name]) ?? true;
  return can && (behaviour.everywhere === true || cell.full);
}
