import { ConnectionFault } from '../connection/index.js';
import { FtpError } from './errors.js';
import type { PendingReply } from './pending-reply.js';
import type { ClientSession } from './session.js';

/**
 * Gets a session out of a command that is under way, its data connection being closed already: the server notices by itself, or is told
 * by ABOR (RFC 959 §4.1.3), or the session is given up. `noticeMs`: how long the server may take to notice, 0 where it cannot. Resolves with whether the
 * server has said by itself how the command ended.
 */
export async function abandon(
  session: ClientSession,
  pending: PendingReply,
  withinMs: number,
  noticeMs = Math.ceil(withinMs / 2),
): Promise<boolean> {
  if (pending.settled || session.ended) return pending.settled;
  const half = Math.ceil(withinMs / 2);
  const noticed = await settledWithin(pending, noticeMs);
  if (noticed) return true;
  try {
    const abort = session.send('ABOR');
    session.expectWithin(half);
    await pending.final;
    // Some answer the transfer and ABOR, some only one of the two.
    if (!(await settledWithin(abort, half))) session.fail(notAnswered());
  } catch {
    // The session has ended, which is one way out.
  }
  return false;
}

/** Whether the data connection failed by what the server did to it, and not by a limit, a file or the caller of ours. */
export function isOfThePeer(cause: unknown): boolean {
  return cause instanceof ConnectionFault && cause.code !== 'ABORTED' && cause.code !== 'STALLED';
}

function notAnswered(): FtpError {
  return new FtpError('ABORTED', 'The server did not answer ABOR', { connectionUsable: false, retryable: true });
}

async function settledWithin(pending: PendingReply, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const done = pending.final.then(
    () => true,
    () => true,
  );
  const settled = await Promise.race([done, late]);
  clearTimeout(timer);
  return settled;
}
