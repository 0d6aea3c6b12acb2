import { EventEmitter } from 'node:events';
import net from 'node:net';
import type { Pinhole, Pinholes } from '../../connection/index.js';
import { PINHOLE_SETS, PINHOLE_TABLE, type PinholeSet, TABLE_NAME } from '../rules/index.js';
import { NftFault } from './nft-fault.js';
import { NftProcess } from './nft-process.js';

export interface NftablesOptions {
  /** The `inet` table whose sets are used. The sets are this server's alone: it empties them. Default: `twinport_ftp`. */
  readonly table?: string;
  /** Milliseconds that nft may take for a transaction; then it is killed, and started anew. Default: 5 000. */
  readonly answerMs?: number;
  /** Pinholes open at once; more are refused. Default: 10 000. */
  readonly maxOpen?: number;
}

export interface NftablesEvents {
  /** What went wrong and was put right, and what could not be closed. */
  fault: [fault: NftFault];
}

/** An element outlives what it is for by so much, so that it is there to be removed. */
const GRACE_MS = 1_000;
/** A pinhole is closed with the next that is opened, and after so long at the latest: that makes one transaction a transfer, not two. */
const CLOSE_WITHIN_MS = 20;
/** No client has them (RFC 5737, RFC 3849). */
const TRIAL_ADDRESSES = { ipv4_addr: '192.0.2.0', ipv6_addr: '2001:db8::' } as const;

/** An element of a set, for all pinholes that are the same. */
interface Opening {
  readonly set: PinholeSet;
  readonly element: string;
  users: number;
  /** By `performance.now`. */
  until: number;
}

/** Pinholes that are elements of nftables sets. Made by {@link nftablesPinholes}. */
export class NftablesPinholes extends EventEmitter<NftablesEvents> implements Pinholes {
  readonly #nft: NftProcess;
  readonly #table: string;
  readonly #maxOpen: number;
  readonly #wanted = new Map<string, Opening>();
  /** What is in the sets; undefined when that is not known. */
  #present: Set<string> | undefined;
  /** Where `#wanted` may differ from `#present`. */
  readonly #changed = new Map<string, Opening>();
  #waiting: ((fault?: NftFault) => void)[] = [];
  #working = false;

  constructor({ table = PINHOLE_TABLE, answerMs = 5_000, maxOpen = 10_000 }: NftablesOptions) {
    super();
    if (!TABLE_NAME.test(table)) throw new TypeError(`${table} is no name of a table`);
    this.#nft = new NftProcess(answerMs);
    this.#table = table;
    this.#maxOpen = maxOpen;
  }

  /** Empties the sets. Rejects with NftFault when they are missing, or nft may not change them. */
  async start(): Promise<void> {
    try {
      await this.#written();
    } catch (error) {
      this.#nft.end();
      throw error;
    }
  }

  async open({ mode, client, port, openMs }: Pinhole): Promise<() => void> {
    const set = PINHOLE_SETS.find(({ name }) => name === `${mode}${net.isIP(client)}`);
    if (!set) throw new TypeError(`${client} is not an address`);
    const element = `${client} . ${port}`;
    const key = `${set.name} ${element}`;
    this.#take(key, { set, element, users: 0, until: performance.now() + openMs + GRACE_MS });
    try {
      await this.#written();
    } catch (error) {
      this.#giveBack(key);
      throw error;
    }
    let closed = false;
    return () => {
      if (closed) return;
      closed = true;
      this.#giveBack(key);
      setTimeout(() => void this.#work(), CLOSE_WITHIN_MS);
    };
  }

  /** Empties the sets and ends nft. Nothing may be opened any more. */
  async close(): Promise<void> {
    for (const [key, opening] of this.#wanted) this.#changed.set(key, opening);
    this.#wanted.clear();
    try {
      await this.#written();
    } catch (error) {
      this.emit('fault', asFault(error));
    }
    this.#nft.end();
  }

  #take(key: string, opening: Opening): void {
    const known = this.#wanted.get(key);
    if (!known && this.#wanted.size >= this.#maxOpen)
      throw new NftFault('too-many', `${this.#maxOpen} pinholes are open, more may not be`);
    const wanted = known ?? opening;
    wanted.users += 1;
    wanted.until = Math.max(wanted.until, opening.until);
    this.#wanted.set(key, wanted);
    this.#changed.set(key, wanted);
  }

  #giveBack(key: string): void {
    const opening = this.#wanted.get(key);
    if (!opening) return;
    opening.users -= 1;
    if (opening.users > 0) return;
    this.#wanted.delete(key);
    this.#changed.set(key, opening);
  }

  /** Resolves once the sets are as is wanted now. */
  #written(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push((fault) => (fault ? reject(fault) : resolve()));
      void this.#work();
    });
  }

  /** One transaction after the other; all that is asked for meanwhile is in the next one. */
  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    while (this.#waiting.length > 0 || this.#changed.size > 0) {
      const waiting = this.#waiting.splice(0);
      try {
        await this.#write();
        for (const settle of waiting) settle();
      } catch (error) {
        const fault = asFault(error);
        for (const settle of waiting) settle(fault);
        if (waiting.length === 0) this.emit('fault', fault);
      }
    }
    this.#working = false;
  }

  /** An element may have gone by itself, the table been loaded again, nft been killed: after a failure everything is written anew, once. */
  async #write(): Promise<void> {
    if (this.#present) {
      try {
        return await this.#writeChanges(this.#present);
      } catch (error) {
        this.#present = undefined;
        this.emit('fault', asFault(error));
      }
    }
    await this.#writeAll();
  }

  async #writeChanges(present: Set<string>): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    const gone = changed.filter(([key]) => present.has(key));
    const come = changed.filter(([key]) => this.#wanted.has(key));
    const commands = [...this.#commands('delete', openings(gone)), ...this.#additions(openings(come))];
    if (commands.length > 0) await this.#nft.run(commands.join('; '));
    for (const [key] of gone) present.delete(key);
    for (const [key] of come) present.add(key);
  }

  async #writeAll(): Promise<void> {
    const all = [...this.#wanted];
    this.#changed.clear();
    await this.#nft.run([...this.#emptied(), ...this.#additions(openings(all))].join('; '));
    this.#present = new Set(all.map(([key]) => key));
  }

  /** Tells at once whether the sets take what will be put into them. */
  #emptied(): string[] {
    const trials = PINHOLE_SETS.map((set) => ({ set, element: `${TRIAL_ADDRESSES[set.address]} . 1 timeout 1s` }));
    return [
      ...this.#commands('add', trials),
      ...PINHOLE_SETS.map(({ name }) => `flush set inet ${this.#table} ${name}`),
    ];
  }

  #additions(of: readonly Opening[]): string[] {
    const now = performance.now();
    const left = of.map(({ set, element, until }) => ({
      set,
      element: `${element} timeout ${Math.max(1, Math.round(until - now))}ms`,
    }));
    return this.#commands('add', left);
  }

  #commands(verb: 'add' | 'delete', of: readonly Pick<Opening, 'set' | 'element'>[]): string[] {
    return PINHOLE_SETS.flatMap((set) => {
      const elements = of.filter((each) => each.set === set).map(({ element }) => element);
      return elements.length === 0
        ? []
        : [`${verb} element inet ${this.#table} ${set.name} { ${elements.join(', ')} }`];
    });
  }
}

function openings(entries: readonly (readonly [string, Opening])[]): readonly Opening[] {
  return entries.map(([, opening]) => opening);
}

function asFault(error: unknown): NftFault {
  return error instanceof NftFault ? error : new NftFault('refused', String(error), { cause: error });
}

/** `start` it before or just after the server listens; `close` it after the server. */
export function nftablesPinholes(options: NftablesOptions = {}): NftablesPinholes {
  return new NftablesPinholes(options);
}
