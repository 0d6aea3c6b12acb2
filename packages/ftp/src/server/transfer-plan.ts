import type { ConnectionFaultCode } from '../connection/index.js';
import type { Reply } from '../protocol/index.js';
import type { ReadHandle, WriteHandle } from './storage/contract.js';

/** A file on its way to the client. */
export interface SendFile {
  readonly kind: 'send';
  readonly verb: string;
  readonly path: string;
  readonly source: ReadHandle;
  /** Octets of the file that come before the first one read. */
  readonly offset: number;
  /** Octets of the transfer's own representation to leave out first (REST in TYPE A and E, RFC 3659 §5.3). */
  readonly skip: number;
  /** Octets of the file to send at most (RANG). */
  readonly limit: number;
}

/** Lines on their way to the client: text, already encoded, whose lines end as `lineEndOf` says. */
export interface SendLines {
  readonly kind: 'lines';
  readonly verb: string;
  readonly path: string;
  readonly lines: AsyncIterable<Uint8Array>;
}

/** A file on its way from the client. */
export interface ReceiveFile {
  readonly kind: 'receive';
  readonly verb: string;
  readonly path: string;
  readonly sink: WriteHandle;
  /** Octets of the file that come before the first one written. */
  readonly offset: number;
  /** What the client has sent already and is not in the file: the CR of a line end that a restart has cut in two (RFC 3659 §5.3). */
  readonly sentBefore: Uint8Array;
  /** Octets the file may get at most (RANG). */
  readonly limit: number;
  /** First line of the 150 reply, where the RFC says which (STOU: RFC 1123 §4.1.2.9). */
  readonly opening?: string;
}

/** What a transfer verb hands over; the session runs it aside, and closes its handle. */
export type TransferPlan = SendFile | SendLines | ReceiveFile;

export interface TransferOutcome {
  readonly reply: Reply;
  /** Why it did not succeed, for the log. */
  readonly reason?: string;
  readonly fault?: ConnectionFaultCode;
}

export function octetsToSend({ limit, source, offset }: SendFile): number {
  return Math.min(limit, Math.max(0, source.size - offset));
}
