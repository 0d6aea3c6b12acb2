import type { SyncSeen, SyncSkipReason } from './contract.js';
import { isSameSeen } from './seen.js';
import type { Side } from './side.js';

/** An action that is not carried out. It never leaves the run. */
export class NotDone extends Error {
  readonly reason: SyncSkipReason;

  constructor(reason: SyncSkipReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

/** Throws NotDone('changed') unless there still is what the plan saw; undefined: nothing. */
export async function expectSeen(side: Side, path: string, planned: SyncSeen | undefined): Promise<void> {
  const now = await side.stat(path, planned);
  if (planned === undefined) {
    if (now !== undefined) throw new NotDone('changed', `A ${now.type} has come there since the plan was made`);
  } else if (now === undefined) {
    throw new NotDone('changed', 'It is gone since the plan was made');
  } else if (!isSameSeen(planned, now)) {
    throw new NotDone('changed', 'It has changed since the plan was made');
  }
}
