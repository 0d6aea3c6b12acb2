import type { Client } from '@twinport/ftp/client';
import { resolvePath } from '@twinport/ftp/protocol';

interface Inner {
  readonly client: Client;
  readonly at: (path: string) => string;
}

const inners = new WeakMap<Client, Inner>();

/**
 * The same client seen from a folder: paths that do not begin at the root are taken from there, and it is what `info` calls home.
 * Commands written for the login folder so work in any. Where a system has no slashes, paths stay as they are.
 */
export function clientInFolder(client: Client, folder: string | undefined): Client {
  const at = (path: string): string => (folder?.startsWith('/') ? resolvePath(folder, path) : path);
  const own: Partial<Client> = { ...readingIn(client, at), ...writingIn(client, at) };
  if (folder !== undefined) own.info = async (options) => ({ ...(await client.info(options)), home: folder });
  const seen = new Proxy(client, {
    get(target, name): unknown {
      const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
      // Private members are the client's, not this proxy's.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  inners.set(seen, { client, at });
  return seen;
}

type At = Inner['at'];

function readingIn(client: Client, at: At): Partial<Client> {
  return {
    list: (path = '', options) => client.list(at(path), options),
    walk: (path = '', options) => client.walk(at(path), options),
    glob: (pattern, options) => client.glob(at(pattern), options),
    stat: (path, options) => client.stat(at(path), options),
    exists: (path, options) => client.exists(at(path), options),
    get: (path, target, options) => client.get(at(path), target, options),
    createReadStream: (path, options) => client.createReadStream(at(path), options),
    readable: (path, options) => client.readable(at(path), options),
    bytes: (path, options) => client.bytes(at(path), options),
    text: (path, options) => client.text(at(path), options),
    hash: (path, algorithm, options) => client.hash(at(path), algorithm, options),
  };
}

function writingIn(client: Client, at: At): Partial<Client> {
  return {
    put: (source, path, options) => client.put(source, at(path), options),
    createWriteStream: (path, options) => client.createWriteStream(at(path), options),
    writable: (path, options) => client.writable(at(path), options),
    makeDirectory: (path, options) => client.makeDirectory(at(path), options),
    remove: (path, options) => client.remove(at(path), options),
    rename: (from, to, options) => client.rename(at(from), at(to), options),
    setMode: (path, mode, options) => client.setMode(at(path), mode, options),
    setModified: (path, when, options) => client.setModified(at(path), when, options),
    copyTo: (other, from, to, options) => {
      const inner = inners.get(other);
      return client.copyTo(inner?.client ?? other, at(from), inner?.at(to) ?? to, options);
    },
  };
}
