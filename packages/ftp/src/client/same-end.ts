import type { Connections } from './connections.js';
import { ReplyError } from './errors.js';
import { receive } from './receive.js';
import type { Source } from './source.js';

/** Octets at the end of what is there already that are compared before an upload goes on behind them. */
const OVERLAP = 64 * 1024;

/**
 * Whether the first `size` octets of the source end as the file on the server does, which has so many: else that is something else.
 * What the server lets nobody read is taken for the same.
 */
export async function hasSameEnd(
  connections: Connections,
  source: Source,
  { path, size, signal }: { readonly path: string; readonly size: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const from = Math.max(0, size - OVERLAP);
  const ours = await firstOf(source.read(from), size - from);
  try {
    return await connections.use(
      async (session) => {
        let at = 0;
        let isSame = true;
        const deliver = (chunks: readonly Uint8Array[]): void => {
          for (const chunk of chunks) {
            isSame &&= Buffer.compare(chunk, ours.subarray(at, at + chunk.length)) === 0;
            at += chunk.length;
          }
        };
        const expected = ours.length;
        await receive(session, {
          verb: 'RETR',
          argument: path,
          offset: from,
          expected,
          attempts: [],
          signal,
          keepsChunks: false,
          deliver,
        });
        return isSame && at === expected;
      },
      { signal, heedsSignal: true },
    );
  } catch (error) {
    if (error instanceof ReplyError && error.connectionUsable && !error.retryable) return true;
    throw error;
  }
}

async function firstOf(content: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array> {
  const octets = Buffer.alloc(size);
  let at = 0;
  for await (const chunk of content) {
    octets.set(chunk.subarray(0, size - at), at);
    at += Math.min(chunk.length, size - at);
    if (at === size) break;
  }
  return octets.subarray(0, at);
}
