import type { Connections } from './connections.js';
import type { DataPath } from './contract.js';
import { type DataAttempt, FtpError } from './errors.js';
import { OVERLAP, Overlap } from './overlap.js';
import type { RateLimiter } from './rate-limiter.js';
import { receive } from './receive.js';
import type { ClientSession } from './session.js';
import type { FileSink } from './file-sink.js';

/** A segment smaller than this is not worth a connection. */
const SMALLEST = 256 * 1024;

export interface SegmentedPlan {
  readonly path: string;
  readonly total: number;
  readonly segments: number;
  readonly signal: AbortSignal;
  readonly onOpen: (session: ClientSession, path: DataPath) => void;
  /** Rejects where what is there is not to be gone on with. */
  readonly beforeRetry: (session: ClientSession) => Promise<void>;
  readonly limiter: RateLimiter;
  readonly onOctets: (octets: number) => void;
}

interface Segment {
  readonly start: number;
  at: number;
  readonly end: number;
}

/**
 * Fetches pieces of a file at the same time, each over a connection of its own. Resolves with the octets that are there without gaps,
 * from the beginning: all of them, or what can be gone on from. Rejects only when the whole transfer was given up.
 */
export async function fetchSegments(connections: Connections, file: FileSink, plan: SegmentedPlan): Promise<number> {
  const count = Math.max(1, Math.min(plan.segments, Math.floor(plan.total / SMALLEST)));
  const size = Math.ceil(plan.total / count);
  const segments: Segment[] = Array.from({ length: count }, (_, index) => ({
    start: index * size,
    at: index * size,
    end: Math.min((index + 1) * size, plan.total),
  }));
  await file.openPieces();
  const report = (): void => plan.onOctets(segments.reduce((sum, { start, at }) => sum + at - start, 0));
  const outcomes = await Promise.allSettled(
    segments.map((segment) => fetchOne(connections, file, segment, { ...plan, report })),
  );
  await file.joinPieces(whole(segments));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed && failed.reason instanceof FtpError && !failed.reason.retryable) throw failed.reason;
  return whole(segments);
}

/** Octets from the beginning without gaps: more than was expected where the file has grown. */
function whole(segments: readonly Segment[]): number {
  return (segments.find((segment) => segment.at < segment.end) ?? segments.at(-1))?.at ?? 0;
}

async function fetchOne(
  connections: Connections,
  file: FileSink,
  segment: Segment,
  plan: SegmentedPlan & { readonly report: () => void },
): Promise<void> {
  const { path, signal } = plan;
  const attempts: DataAttempt[] = [];
  for (let attempt = 1; segment.at < segment.end; attempt += 1) {
    try {
      await connections.use(
        async (session) => {
          if (segment.at > segment.start) await plan.beforeRetry(session);
          await receiveOne(session, file, segment, { ...plan, attempts });
        },
        { signal, repeatable: false, heedsSignal: true },
      );
      if (segment.at < segment.end)
        throw new FtpError('TRUNCATED', `${path} ended early`, { phase: 'transfer', path, retryable: true });
    } catch (error) {
      const { maxAttempts } = connections.core.settings.limits;
      if (!(error instanceof FtpError) || !error.retryable || attempt >= maxAttempts || signal.aborted) throw error;
      await connections.pause(attempt, signal);
    }
  }
}

async function receiveOne(
  session: ClientSession,
  file: FileSink,
  segment: Segment,
  {
    path,
    total,
    attempts,
    signal,
    limiter,
    onOpen,
    report,
  }: SegmentedPlan & { readonly report: () => void; readonly attempts: DataAttempt[] },
): Promise<void> {
  const from = Math.max(segment.start, segment.at - OVERLAP);
  const overlap = new Overlap(path, from < segment.at ? await file.readBack(from, segment.at) : undefined);
  await receive(session, {
    verb: 'RETR',
    argument: path,
    offset: from,
    attempts,
    signal,
    limiter,
    keepsChunks: false,
    onOpen: (dataPath) => onOpen(session, dataPath),
    expected: total - from,
    most: segment.end === total ? undefined : segment.end - from,
    deliver: async (chunks) => {
      const fresh = overlap.beyond(chunks);
      const size = fresh.reduce((sum, chunk) => sum + chunk.length, 0);
      await file.writePiece(fresh, segment.at);
      segment.at += size;
      report();
    },
  });
}
