import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Writable } from 'node:stream';
import { type Client, FtpError, type Progress, type TransferResult } from '@twinport/ftp/client';
import type { Board } from './progress/board.js';

const LOGINS = 10;
const NOOPS = 500;
const LISTINGS = 20;
const CHUNK = randomBytes(256 * 1024);
const SMALL = CHUNK.subarray(0, 4096);

/** What a measure gives: `value` in `unit`, for latencies the median, and how much it comes from. */
export type Measured =
  | { readonly value: number; readonly unit: 'ms'; readonly p99: number; readonly samples: number }
  | { readonly value: number; readonly unit: 'octets/s'; readonly octets: number }
  | SmallFiles
  | { readonly value: number; readonly unit: 'entries/s'; readonly entries: number; readonly listings: number };

export interface SmallFiles {
  readonly value: number;
  readonly unit: 'files/s';
  readonly files: number;
}

/** When a measure ends at the latest: nothing is begun after `seconds`. */
export interface Bounds {
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Files that are moved over several connections, each of which takes the next one. */
export interface Files {
  readonly count: number;
  readonly connections: number;
  readonly nameOf: (index: number) => string;
  readonly board: Board;
}

/** With all that belongs to a connection before the first command: TLS, FEAT. */
export async function measureLogin(open: () => Client, bounds: Bounds): Promise<Measured> {
  return await latency(LOGINS, bounds, async () => {
    const client = open();
    const start = performance.now();
    await client.info({ signal: bounds.signal });
    const taken = performance.now() - start;
    await client.close();
    return taken;
  });
}

export async function measureNoop(client: Client, bounds: Bounds): Promise<Measured> {
  const { signal } = bounds;
  return await client.session(
    (session) =>
      latency(NOOPS, bounds, async () => {
        const start = performance.now();
        await session.command('NOOP', { signal });
        return performance.now() - start;
      }),
    { signal },
  );
}

async function latency(most: number, bounds: Bounds, once: () => Promise<number>): Promise<Measured> {
  const times: number[] = [];
  const late = lateOf(bounds);
  do times.push(await once());
  while (times.length < most && performance.now() < late);
  times.sort((a, b) => a - b);
  const at = (part: number): number => times[Math.floor((times.length - 1) * part)] ?? 0;
  return { value: at(0.5), unit: 'ms', p99: at(0.99), samples: times.length };
}

export async function measureListing(client: Client, folder: string, bounds: Bounds): Promise<Measured> {
  const start = performance.now();
  let [entries, listings] = [0, 0];
  await inTime(bounds, async (signal) => {
    while (listings < LISTINGS && !signal.aborted) {
      for await (const _ of client.list(folder, { signal })) entries += 1;
      listings += 1;
    }
  });
  return { value: perSecond(entries, start), unit: 'entries/s', entries, listings };
}

/** Uploads `size` octets, the files sharing them. */
export async function measureUpload(client: Client, files: Files, size: number, bounds: Bounds): Promise<Measured> {
  const start = performance.now();
  const late = lateOf(bounds);
  let octets = 0;
  async function* content(most: number): AsyncGenerator<Uint8Array> {
    for (let left = most; left > 0 && (left === most || performance.now() < late); left -= CHUNK.length) {
      const chunk = CHUNK.subarray(0, left);
      octets += chunk.length;
      yield chunk;
    }
  }
  const part = Math.ceil(size / files.count);
  await eachFile(files, late, (path, onProgress) =>
    client.put(content(part), path, { signal: bounds.signal, onProgress }),
  );
  return { value: perSecond(octets, start), unit: 'octets/s', octets };
}

/** What has come when the time is up is enough. */
export async function measureDownload(client: Client, files: Files, bounds: Bounds): Promise<Measured> {
  const start = performance.now();
  let octets = 0;
  const took = (length: number): void => void (octets += length);
  const cut = await inTime(bounds, async (signal) => {
    await eachFile(files, lateOf(bounds), (path, onProgress) => client.get(path, sink(took), { signal, onProgress }));
  });
  if (cut && octets === 0)
    throw new FtpError('TIMEOUT', `Nothing came in ${bounds.seconds} s`, { path: files.nameOf(0) });
  return { value: perSecond(octets, start), unit: 'octets/s', octets };
}

export async function measureSmallUploads(client: Client, files: Files, bounds: Bounds): Promise<SmallFiles> {
  return await smallFiles(files, bounds, (path, onProgress) =>
    client.put(SMALL, path, { signal: bounds.signal, verify: 'none', onProgress }),
  );
}

export async function measureSmallDownloads(client: Client, files: Files, bounds: Bounds): Promise<SmallFiles> {
  return await smallFiles(files, bounds, (path, onProgress) =>
    client.get(path, sink(), { signal: bounds.signal, verify: 'none', onProgress }),
  );
}

async function smallFiles(files: Files, bounds: Bounds, move: Move): Promise<SmallFiles> {
  const start = performance.now();
  const moved = await eachFile(files, lateOf(bounds), move);
  return { value: perSecond(moved, start), unit: 'files/s', files: moved };
}

type Move = (path: string, onProgress: (progress: Progress) => void) => Promise<TransferResult>;

/** Resolves with how many were moved, the first ones; after a failure when nothing is under way any more. */
async function eachFile({ count, connections, nameOf, board }: Files, late: number, move: Move): Promise<number> {
  let [next, failed] = [0, false];
  const work = async (): Promise<void> => {
    do {
      const path = nameOf(next++);
      const file = board.start(path);
      try {
        file.finished(await move(path, file.progress));
      } catch (error) {
        failed = true;
        file.failed();
        throw error;
      }
    } while (next < count && !failed && performance.now() < late);
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(connections, count) }, work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return next;
}

/** Ends the work when the time is up. Resolves with whether it had to. */
async function inTime({ seconds, signal }: Bounds, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
  const late = AbortSignal.timeout(seconds * 1000);
  try {
    await work(AbortSignal.any([signal, late]));
    return false;
  } catch (error) {
    if (!late.aborted || signal.aborted) throw error;
    return true;
  }
}

function sink(took: (octets: number) => void = () => {}): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      took(chunk.length);
      done();
    },
  });
}

const lateOf = ({ seconds }: Bounds): number => performance.now() + seconds * 1000;

const perSecond = (amount: number, start: number): number => (amount * 1000) / (performance.now() - start);
