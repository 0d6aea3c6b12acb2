import { once } from 'node:events';
import net from 'node:net';
import type { Account, Accounts, Entry, ReadHandle, Storage, WriteHandle } from '@twinport/ftp/server';
import { FarCalls } from './far-calls.js';
import { ABILITIES, type LentAccounts, type LentStorage } from './lent-accounts.js';

type Calling = <Result>(method: string, ...args: readonly unknown[]) => Promise<Result>;

/** The accounts of another process, and their storages. */
export async function borrowAccounts({ port, anonymous, open }: LentAccounts): Promise<Accounts> {
  const socket = net.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const calls = new FarCalls(socket, () => Promise.reject(new Error('nothing is lent here'))).start();
  const on =
    (object: number): Calling =>
    <Result>(method: string, ...args: readonly unknown[]) =>
      calls.call({ object, method, args }) as Promise<Result>;
  return {
    async login(credentials) {
      const account = await on(0)<(Omit<Account, 'storage'> & { storage: LentStorage }) | undefined>(
        'login',
        credentials,
      );
      return account && { ...account, storage: storageOf(account.storage, on) };
    },
    isAnonymous: (user) => anonymous.includes(user.toLowerCase()),
    needsPassword: (user) => !open.includes(user),
  };
}

function storageOf({ object, abilities, keepsCreated }: LentStorage, on: (object: number) => Calling): Storage {
  const call = on(object);
  return {
    stat: (path) => call('stat', path),
    list: (path) => listed(call<number>('list', path).then(on)),
    openRead: async (path, offset) =>
      readerOf(await call<{ object: number; size: number }>('openRead', path, offset), on),
    openWrite: async (path, intent) => writerOf(on(await call<number>('openWrite', path, intent))),
    remove: (path) => call('remove', path),
    makeDirectory: (path) => call('makeDirectory', path),
    removeDirectory: (path) => call('removeDirectory', path),
    rename: (from, to) => call('rename', from, to),
    ...Object.fromEntries(
      ABILITIES.filter((name) => abilities.includes(name)).map((name) => [
        name,
        // What ends `totalSize` early does not cross processes.
        (...args: readonly unknown[]) => call(name, ...args.filter((arg) => !(arg instanceof AbortSignal))),
      ]),
    ),
    ...(keepsCreated !== undefined && { keepsCreated }),
  };
}

async function* listed(list: Promise<Calling>): AsyncGenerator<readonly Entry[]> {
  const call = await list;
  for (;;) {
    const entries = await call<readonly Entry[] | undefined>('next');
    if (!entries) return;
    yield entries;
  }
}

function readerOf({ object, size }: { object: number; size: number }, on: (object: number) => Calling): ReadHandle {
  const call = on(object);
  return {
    size,
    read: async (into) => {
      const bytes = await call<Uint8Array>('read', into.length);
      into.set(bytes);
      return bytes.length;
    },
    close: () => call('close'),
  };
}

function writerOf(call: Calling): WriteHandle {
  return { write: (chunks) => call('write', chunks), close: () => call('close') };
}
