import type { DataConnection } from '../connection/index.js';
import { type Reply, maskText } from '../protocol/index.js';
import type { TransferEvent } from './events.js';
import type { Session } from './session.js';
import { Transfer } from './transfer.js';
import type { TransferPlan } from './transfer-plan.js';

/** Runs a transfer beside the control connection, reports it, and returns its final reply. Never rejects. */
export async function runTransfer(session: Session, data: DataConnection, plan: TransferPlan): Promise<Reply> {
  const { server } = session;
  const transfer = new Transfer(session, data, plan);
  session.transfer = transfer;
  server.transferStarted();
  report(session, transfer, { state: 'started', mode: data.mode });
  const { reply, reason, fault } = await transfer.run();
  server.transferEnded();
  if (!data.reusable && session.data === data) session.offer(undefined);
  report(session, transfer, {
    state: reply.code < 400 ? 'done' : 'failed',
    mode: data.mode,
    code: reply.code,
    ...(fault && { fault }),
    ...(reason !== undefined && { reason: maskText(reason) }),
  });
  return reply;
}

function report(
  session: Session,
  { plan, octets, started }: Transfer,
  state: Pick<TransferEvent, 'state' | 'mode' | 'code' | 'reason' | 'fault'>,
): void {
  const { server } = session;
  if (server.listenerCount('transfer') === 0) return;
  server.emit('transfer', {
    ...server.about(session),
    verb: plan.verb,
    path: plan.path,
    octets,
    milliseconds: Date.now() - started,
    ...state,
  });
}
