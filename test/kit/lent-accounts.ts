import { once } from 'node:events';
import net from 'node:net';
import type { Accounts, Entry, ReadHandle, Server, Storage, WriteHandle } from '@twinport/ftp/server';
import { type Call, FarCalls } from './far-calls.js';

/** Where a process finds the accounts of another, and what it cannot wait for an answer to. */
export interface LentAccounts {
  readonly port: number;
  /** Names that are anonymous, and those that need no password. */
  readonly anonymous: readonly string[];
  readonly open: readonly string[];
}

/** A storage in the other process; `abilities` are the optional members that it has. */
export interface LentStorage {
  readonly object: number;
  readonly abilities: readonly string[];
  readonly keepsCreated: boolean | undefined;
}

export const ABILITIES = ['setTimes', 'setMode', 'makeLink', 'space', 'totalSize', 'realPath'] as const;
/** Those that tests log in as. */
const NAMES = ['anonymous', 'ftp', 'user', 'reader', 'guest'];

export interface Lending {
  /** Where others find these accounts, once the server has them. */
  lent(accounts: Accounts): LentAccounts;
  takeBack(): void;
}

/** Lends a server's accounts and their storages, which are this process's, to others until `takeBack` is called: `borrowAccounts` is the other end. */
export async function lendAccounts(server: Server): Promise<Lending> {
  const listener = net.createServer((socket) => {
    const lender = new Lender(server.options.accounts);
    new FarCalls(socket, (call) => lender.answer(call)).start();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (typeof address !== 'object' || !address) throw new Error('not listening');
  return {
    lent: (accounts) => ({
      port: address.port,
      anonymous: NAMES.filter((name) => accounts.isAnonymous?.(name)),
      open: NAMES.filter((name) => accounts.needsPassword?.(name) === false),
    }),
    takeBack: () => void listener.close(),
  };
}

/** What one borrower has. */
class Lender {
  readonly #objects = new Map<number, (call: Call) => Promise<unknown>>();
  #last = 0;

  constructor(accounts: Accounts) {
    this.#lend(async ({ args: [credentials] }) => {
      const account = await accounts.login(credentials as never);
      return account && { ...account, storage: this.#lendStorage(account.storage) };
    });
  }

  answer(call: Call): Promise<unknown> {
    const object = this.#objects.get(call.object);
    if (!object) throw new Error(`nothing was lent as ${call.object}`);
    return object(call);
  }

  #lend(answer: (call: Call) => Promise<unknown>): number {
    this.#objects.set(this.#last, answer);
    return this.#last++;
  }

  #lendStorage(storage: Storage): LentStorage {
    const object = this.#lend(async ({ method, args }) => {
      if (method === 'list') return this.#lendList(storage.list(args[0] as string));
      const name = method as 'stat' | 'openRead' | 'openWrite' | (typeof ABILITIES)[number];
      const extra = name === 'totalSize' ? [new AbortController().signal] : [];
      const result: unknown = await storage[name]?.(...([...args, ...extra] as [never, never]));
      if (name === 'stat') return sendable(result as Entry);
      if (name === 'openRead') return this.#lendReader(result as ReadHandle);
      return name === 'openWrite' ? this.#lendWriter(result as WriteHandle) : result;
    });
    const abilities = ABILITIES.filter((name) => storage[name] !== undefined);
    return { object, abilities, keepsCreated: storage.keepsCreated };
  }

  #lendList(batches: AsyncIterable<readonly Entry[]>): number {
    const iterator = batches[Symbol.asyncIterator]();
    return this.#lend(async () => {
      const { done, value } = await iterator.next();
      return done ? undefined : value.map(sendable);
    });
  }

  #lendReader(handle: ReadHandle): { object: number; size: number } {
    const object = this.#lend(async ({ method, args: [length] }) => {
      if (method === 'close') return await handle.close();
      const into = Buffer.alloc(length as number);
      return into.subarray(0, await handle.read(into));
    });
    return { object, size: handle.size };
  }

  #lendWriter(handle: WriteHandle): number {
    return this.#lend(async ({ method, args: [chunks] }) =>
      method === 'close' ? await handle.close() : await handle.write(chunks as Uint8Array[]),
    );
  }
}

/** An entry may have its `unique` from its class, which does not cross processes. */
function sendable(entry: Entry): Entry {
  const { unique } = entry;
  return { ...entry, ...(unique !== undefined && { unique }) };
}
