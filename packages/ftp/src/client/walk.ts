import { Glob, joinPath, literalName } from '../protocol/index.js';
import type { Client, RemoteEntry, WalkOptions, CallOptions } from './contract.js';
import { FtpError } from './errors.js';

/** Everything below a folder, each folder before what is in it. */
export async function* walk(
  client: Client,
  root: string,
  maxDepth: number,
  options: WalkOptions = {},
): AsyncGenerator<RemoteEntry> {
  const call = options.signal ? { signal: options.signal } : {};
  const seen = new Set<string>([root]);
  const stack: { readonly path: string; readonly depth: number }[] = [{ path: root, depth: 0 }];
  for (let folder = stack.pop(); folder; folder = stack.pop()) {
    if (folder.depth > maxDepth)
      throw new FtpError('LIMIT', `${folder.path} is deeper than limits.maxDepth`, { path: folder.path });
    const below: typeof stack = [];
    for (const entry of await client.list(folder.path, call).toArray()) {
      yield entry;
      const inside = await folderOf(client, entry, options);
      if (inside === undefined || seen.has(inside) || options.enter?.(entry) === false) continue;
      seen.add(inside);
      below.push({ path: entry.path, depth: folder.depth + 1 });
    }
    stack.push(...below.toReversed());
  }
}

/** What tells a folder from others, links followed: its identity where the server says it. */
async function folderOf(
  client: Client,
  entry: RemoteEntry,
  { followLinks, signal }: WalkOptions,
): Promise<string | undefined> {
  if (entry.type === 'directory') return entry.unique ?? entry.path;
  if (entry.type !== 'link' || !followLinks) return undefined;
  const call = signal ? { signal } : {};
  const [inside] = await Promise.allSettled([client.list(entry.path, call).toArray()]);
  if (inside.status === 'rejected') return undefined;
  const target = entry.target;
  if (target === undefined) return entry.unique ?? entry.path;
  return target.startsWith('/') ? target : joinPath(entry.path.slice(0, entry.path.lastIndexOf('/')), target);
}

/** What matches a pattern with wildcards in any component; `**` is any number of folders, none included. */
export async function* glob(
  client: Client,
  pattern: string,
  options: CallOptions & { readonly maxDepth: number },
): AsyncGenerator<RemoteEntry> {
  const components = pattern.split('/').filter((component) => component !== '');
  yield* match(client, '/', components, options);
}

async function* match(
  client: Client,
  directory: string,
  [component, ...rest]: readonly string[],
  options: CallOptions & { readonly maxDepth: number },
): AsyncGenerator<RemoteEntry> {
  if (component === undefined) return;
  const call = options.signal ? { signal: options.signal } : {};
  if (component === '**') return yield* matchDeep(client, directory, rest, options);
  const name = literalName(component);
  if (name !== undefined) return yield* matchName(client, joinPath(directory, name), rest, options);
  const pattern = new Glob(component);
  for (const entry of await listOrNothing(client, directory, call)) {
    if (!pattern.matches(entry.name)) continue;
    if (rest.length === 0) yield entry;
    else if (entry.type !== 'file' && entry.type !== 'other') yield* match(client, entry.path, rest, options);
  }
}

async function* matchName(
  client: Client,
  path: string,
  rest: readonly string[],
  options: CallOptions & { readonly maxDepth: number },
): AsyncGenerator<RemoteEntry> {
  if (rest.length > 0) return yield* match(client, path, rest, options);
  const call = options.signal ? { signal: options.signal } : {};
  const entry = await client.stat(path, call).catch(unlessMissing);
  if (entry) yield entry;
}

async function* matchDeep(
  client: Client,
  directory: string,
  rest: readonly string[],
  options: CallOptions & { readonly maxDepth: number },
): AsyncGenerator<RemoteEntry> {
  const call = options.signal ? { signal: options.signal } : {};
  if (rest.length === 0) return yield* walk(client, directory, options.maxDepth, call);
  yield* match(client, directory, rest, options);
  for await (const entry of walk(client, directory, options.maxDepth, call)) {
    if (entry.type === 'directory') yield* match(client, entry.path, rest, options);
  }
}

async function listOrNothing(client: Client, path: string, call: CallOptions): Promise<RemoteEntry[]> {
  return (await client.list(path, call).toArray().catch(unlessMissing)) ?? [];
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof FtpError && error.code === 'NOT_FOUND') return undefined;
  throw error;
}
