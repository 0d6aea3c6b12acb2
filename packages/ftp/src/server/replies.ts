import { ConnectionFault, type ConnectionFaultCode } from '../connection/index.js';
import { type Reply, SyntaxFault, reply } from '../protocol/index.js';
import { NotPermitted, refusalText } from './accounts/not-permitted.js';
import { StorageFault, type StorageFaultCode } from './storage/contract.js';

/** The reply of each storage fault: its code before a transfer, its code once the data connection is open, and its words. */
const STORAGE: Record<StorageFaultCode, readonly [before: number, during: number, text: string]> = {
  'not-found': [550, 451, 'No such file or directory'],
  exists: [553, 451, 'There is one of that name already'],
  denied: [550, 451, 'Permission denied'],
  'not-a-directory': [550, 451, 'Not a directory'],
  'is-a-directory': [550, 451, 'Is a directory'],
  'not-a-file': [550, 451, 'Not a plain file'],
  'not-empty': [550, 451, 'The directory is not empty'],
  'cross-device': [553, 451, 'That is another storage: copy and delete instead'],
  full: [452, 452, 'No space left on the server'],
  quota: [552, 552, 'Storage allocation exceeded'],
  busy: [450, 451, 'Busy, try again later'],
  invalid: [554, 451, 'Offset is past the end of the file'],
  'too-large': [550, 451, 'The file is too large for that'],
  'too-many-links': [550, 451, 'Too many symbolic links'],
  'name-too-long': [553, 451, 'The name is too long'],
  unsupported: [504, 451, 'The storage cannot do that'],
  failed: [451, 451, 'Local error in processing'],
};

const CONNECTION: Record<ConnectionFaultCode, readonly [code: number, text: string]> = {
  TIMEOUT: [425, 'No data connection was made in time'],
  REFUSED: [425, 'The data connection was refused'],
  RESET: [426, 'The data connection was lost'],
  CLOSED: [426, 'The data connection was closed'],
  NO_PORT: [425, 'No passive port is free, try again later'],
  PINHOLE: [425, 'The firewall did not open for the data connection, try again later'],
  TLS_HANDSHAKE: [522, 'The TLS handshake on the data connection failed'],
  TLS_NOT_RESUMED: [522, 'The data connection must resume the TLS session of the control connection'],
  TLS_TRUNCATED: [426, 'The data connection ended without TLS close_notify, the file may be incomplete'],
  STALLED: [426, 'The data connection stalled'],
  PROXY: [425, 'No data connection could be made'],
  ABORTED: [426, 'Transfer aborted'],
};

/** What a peer is told of an error; never its message. `undefined` for one that nobody foresaw. */
export function replyOf(error: unknown, phase: 'before' | 'during' = 'before'): Reply | undefined {
  if (error instanceof SyntaxFault) {
    return phase === 'before'
      ? reply(501, `Syntax error: ${error.message}`)
      : reply(451, `Not in the agreed representation: ${error.message}`);
  }
  if (error instanceof NotPermitted && phase === 'before') {
    // RFC 959 §5.4: 553 is for names that an upload cannot have.
    return reply(error.permission === 'overwrite' ? 553 : 550, refusalText(error.permission, 'here'));
  }
  if (error instanceof StorageFault) {
    const [before, during, text] = STORAGE[error.code];
    return reply(phase === 'before' ? before : during, text);
  }
  if (error instanceof ConnectionFault) {
    const [code, text] = CONNECTION[error.code];
    return reply(phase === 'before' && code === 426 ? 425 : code, text);
  }
  return undefined;
}

export const INTERNAL_ERROR = reply(451, 'Local error in processing');
