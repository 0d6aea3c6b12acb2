import { ConnectionFault } from '../connection/index.js';
import { FtpError } from './errors.js';
import type { PendingReply } from './pending-reply.js';
import type { ClientSession } from './session.js';

/** How long the answer to ABOR may be behind that of the transfer it ended. */
const ABORT_ANSWER_MS = 200;

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
    await Promise.race([pending.final, abort.final]);
    // Most answer both the command and ABOR. Pure-FTPd and pyftpdlib at times only one of the two: then a NOOP's answer is the next one.
    if ((await settledWithin(pending, ABORT_ANSWER_MS)) && (await settledWithin(abort, ABORT_ANSWER_MS))) return false;
    const noop = session.send('NOOP');
    session.expectWithin(half);
    if (!(await settledWithin(noop, half))) session.fail(notAnswered());
    for (const each of [pending, abort]) if (!each.settled) session.forget(each);
  } catch {
    // The session has ended, which is one way out.
  }
  return false;
}

/** The end of a data connection whose transfer its caller wants no more. */
export function givenUp(): ConnectionFault {
  return new ConnectionFault('ABORTED', 'the transfer was given up');
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
