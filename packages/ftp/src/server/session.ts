import type { SecureContext } from 'node:tls';
import type { ControlConnection, DataConnection, ZeroCopy } from '../connection/index.js';
import { type Representation, type Reply, FACTS } from '../protocol/index.js';
import type { Account } from './accounts/contract.js';
import type { PermittedStorage } from './accounts/permitted-storage.js';
import { DataHistory } from './data-history.js';
import type { Server } from './server.js';
import { StorageFault } from './storage/contract.js';
import type { Transfer } from './transfer.js';
import type { Verb } from './verb.js';

/** As on most systems: new files 0644, new directories 0755. */
export const DEFAULT_UMASK = 0o022;

export type HashName = 'CRC32' | 'MD5' | 'SHA-1' | 'SHA-256' | 'SHA-512';

export type Login =
  | { readonly state: 'none' }
  | { readonly state: 'named'; readonly user: string }
  | { readonly state: 'in'; readonly account: Account; readonly storage: PermittedStorage };

/** Where the next transfer begins: an offset of REST, or the range of RANG. */
export type Start =
  | { readonly kind: 'offset'; readonly offset: number }
  | { readonly kind: 'range'; readonly first: number; readonly last: number };

/** What a session's dispatcher does with its lines. */
export interface SessionLines {
  send(message: Reply): Promise<void>;
  discardPending(): number;
}

/** The state of one client's session. It holds, it does not act: verbs, policies and the dispatcher do. */
export class Session {
  readonly id: number;
  readonly server: Server;
  readonly control: ControlConnection;
  /** Aborts when the session ends. */
  readonly ended = new AbortController();
  readonly started = Date.now();

  login: Login = { state: 'none' };
  loginFailures = 0;
  commandsBeforeLogin = 0;
  /** From ACCT, HOST and CLNT. */
  accountName: string | undefined;
  virtualHost: string | undefined;
  client: string | undefined;

  directory = '/';
  representation: Representation = { type: 'A', format: 'N' };
  structure: 'F' | 'R' | 'P' = 'F';
  mode: 'S' | 'B' | 'C' | 'Z' = 'S';
  deflateLevel = 6;
  codePage: '037' | '1047' = '037';
  start: Start | undefined;
  renameFrom: string | undefined;
  umask = DEFAULT_UMASK;
  facts: ReadonlySet<string> = new Set(FACTS);
  hash: HashName = 'SHA-256';

  /** The verb that runs, or has run last. */
  verb: Verb | undefined;
  data: DataConnection | undefined;
  readonly dataHistory = new DataHistory();
  /** What to tell of the last data connection that never came. */
  unreached: string | undefined;
  epsvAll = false;
  transfer: Transfer | undefined;
  /** Set once a client kept its end of a data connection open until the reply: then it is not waited for again. */
  closesLate = false;

  /** With session reuse only reported, once a session is enough. */
  warnedOfReuse = false;

  protectionBuffer = false;
  protection: 'clear' | 'private' = 'clear';
  secureContext: SecureContext | undefined;

  readonly #lines: SessionLines;

  constructor(id: number, server: Server, control: ControlConnection, lines: SessionLines) {
    this.#lines = lines;
    this.id = id;
    this.server = server;
    this.control = control;
  }

  get account(): Account {
    if (this.login.state !== 'in') throw new StorageFault('denied', 'nobody is logged in');
    return this.login.account;
  }

  get user(): string | undefined {
    if (this.login.state === 'none') return undefined;
    return this.login.state === 'named' ? this.login.user : this.login.account.name;
  }

  /** The account's, as far as it may. */
  get storage(): PermittedStorage {
    if (this.login.state !== 'in') throw new StorageFault('denied', 'nobody is logged in');
    return this.login.storage;
  }

  get secure(): boolean {
    return this.control.tls !== undefined;
  }

  /** A connection that is kept between transfers is watched by the event loop. */
  get zeroCopy(): ZeroCopy | undefined {
    return this.mode === 'S' ? this.server.options.zeroCopy : undefined;
  }

  /** Whether the representation is text, whose octets on the wire differ from those stored. */
  get textual(): boolean {
    return this.representation.type === 'A' || this.representation.type === 'E';
  }

  /** Sends a reply by itself: the greeting, 110 and 150, and what follows a verb. */
  send(message: Reply): Promise<void> {
    return this.#lines.send(message);
  }

  /** Forgets the commands that came behind the one being answered, and says how many. */
  discardPending(): number {
    return this.#lines.discardPending();
  }

  /** Takes the start of the next transfer, which REST and RANG set for that one only. */
  takeStart(): Start | undefined {
    const { start } = this;
    this.start = undefined;
    return start;
  }

  /** Replaces what PORT, PASV and their kin had agreed on. */
  offer(data: DataConnection | undefined): void {
    this.data?.close();
    this.data = data;
  }

  /** As after connecting (REIN, HOST, and AUTH: RFC 4217 §4.2 has the login start afresh); TLS stays as it is. */
  reset(): void {
    this.offer(undefined);
    this.login = { state: 'none' };
    this.accountName = undefined;
    this.directory = '/';
    this.representation = { type: 'A', format: 'N' };
    this.structure = 'F';
    this.mode = 'S';
    this.start = undefined;
    this.renameFrom = undefined;
    this.epsvAll = false;
    this.umask = DEFAULT_UMASK;
    this.facts = new Set(FACTS);
    this.hash = 'SHA-256';
  }
}
