import { type Client, type RemoteEntry, ReplyError } from '@twinport/ftp/client';

/** What is at a path that could not be listed, where that is why: it is no folder. Undefined where the error says something else. */
export async function fileAt(
  client: Client,
  path: string,
  error: unknown,
  signal: AbortSignal,
): Promise<RemoteEntry | undefined> {
  if (!(error instanceof ReplyError) || !error.connectionUsable) return undefined;
  const name = path.replace(/\/+$/, '');
  if (name === '') return undefined;
  const [found] = await Promise.allSettled([client.stat(name, { signal })]);
  // What is not there either has been said by the error.
  return found.status === 'fulfilled' && !['directory', 'link'].includes(found.value.type) ? found.value : undefined;
}
